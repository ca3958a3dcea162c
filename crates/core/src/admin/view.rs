//! Makes the views of administrators from the values of the model.
//!
//! Decides nothing about their form: `jeton_admin::view` does.

use jeton_protocol::{RegionName, ResourceUri, Scope, ScopeName};

pub use jeton_admin::view::{
    AccountState, AccountView, ExpiringSecretView, GrantView, KeyView, RegionView, ResourceGrantView,
    ResourceIntrospectorView, ResourceUsersView, ResourceView, ScopeView, SecretView, TenantView,
    UnusedSecretView,
};

use crate::model::{Account, Credential, Proof, Resource, SecretKind, Tenant, Timestamp};
use crate::store::{ExpiringSecret, ResourceUsers, UnusedSecret};

impl From<&Tenant> for TenantView {
    fn from(tenant: &Tenant) -> Self {
        Self {
            name: tenant.name.clone(),
            enabled: tenant.enabled,
            accounts_allowed: tenant.accounts_allowed,
            epoch: tenant.epoch,
            created_at: tenant.created_at,
        }
    }
}

impl From<&Resource> for ResourceView {
    fn from(resource: &Resource) -> Self {
        let scope = |(name, definition): (&ScopeName, &crate::model::ScopeDefinition)| ScopeView {
            name: name.clone(),
            text: definition.text.clone(),
            implies: definition.implies.iter().cloned().collect(),
        };
        Self {
            uri: resource.uri.clone(),
            name: resource.name.clone(),
            scopes: resource.scopes.iter().map(scope).collect(),
            token_format: resource.token_format,
            algorithm: resource.algorithm,
            token_ttl: resource.token_ttl.map(|ttl| ttl.as_secs()),
            created_at: resource.created_at,
        }
    }
}

impl Account {
    /// The account as administrators of `region` see it at `now`.
    #[must_use]
    pub fn view(&self, region: &RegionName, now: Timestamp) -> AccountView {
        let grant = |(resource, scope): (&ResourceUri, &Scope)| GrantView {
            resource: resource.clone(),
            scopes: scope.iter().cloned().collect(),
        };
        AccountView {
            client_id: self.client_id.clone(),
            name: self.name.to_string(),
            tenant: self.tenant.name.clone(),
            region: region.clone(),
            enabled: self.enabled,
            grants: self.grants.iter().map(grant).collect(),
            introspects: self.introspects.iter().cloned().collect(),
            default_resource: self.default_resource.clone(),
            allow_cidr: self.allow_cidr.iter().map(ToString::to_string).collect(),
            token_ttl: self.token_ttl.map(|ttl| ttl.as_secs()),
            expires_at: self.expires_at,
            epoch: self.epoch,
            state: self.admin_state(now),
            secrets: self.credentials.iter().map(|secret| secret.view(now)).collect(),
            description: self.details.description.clone(),
            owner: self.details.owner.clone(),
            labels: self.details.labels.clone(),
            last_used_at: self.last_used_at(),
            created_at: self.created_at,
        }
    }

    fn last_used_at(&self) -> Option<Timestamp> {
        self.credentials
            .iter()
            .filter_map(|credential| credential.last_used)
            .map(|last_use| last_use.at)
            .max()
    }

    fn admin_state(&self, now: Timestamp) -> AccountState {
        if !self.enabled {
            AccountState::Disabled
        } else if self.is_expired(now) {
            AccountState::Expired
        } else if !self.tenant.admits_accounts() {
            AccountState::BlockedByTenant
        } else {
            AccountState::Enabled
        }
    }
}

impl Credential {
    /// The credential as administrators see it at `now`.
    #[must_use]
    pub fn view(&self, now: Timestamp) -> SecretView {
        let Proof::Secret(proof) = &self.proof;
        SecretView {
            secret_id: self.id.clone(),
            label: self.label.clone(),
            state: self.state(now),
            kind: match proof.kind {
                SecretKind::Generated(_) => "generated",
                SecretKind::Imported => "imported",
            },
            hash: proof.hash.scheme().as_str(),
            last_four: proof.last_four.clone(),
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            scopes: self.restriction.scope.as_ref().map(|scope| scope.iter().cloned().collect()),
            allow_cidr: self.restriction.allow_cidr.iter().map(ToString::to_string).collect(),
            last_used_at: self.last_used.map(|last_use| last_use.at),
            last_used_from: self.last_used.map(|last_use| last_use.from),
        }
    }
}

impl From<&ExpiringSecret> for ExpiringSecretView {
    fn from(expiring: &ExpiringSecret) -> Self {
        Self {
            client_id: expiring.client_id.clone(),
            name: expiring.name.to_string(),
            tenant: expiring.tenant.clone(),
            secret_id: expiring.credential.clone(),
            label: expiring.label.clone(),
            last_four: expiring.last_four.clone(),
            expires_at: expiring.expires_at,
            last_used_at: expiring.last_used.map(|last_use| last_use.at),
            last_used_from: expiring.last_used.map(|last_use| last_use.from),
        }
    }
}

impl From<&UnusedSecret> for UnusedSecretView {
    fn from(unused: &UnusedSecret) -> Self {
        Self {
            client_id: unused.client_id.clone(),
            name: unused.name.to_string(),
            tenant: unused.tenant.clone(),
            secret_id: unused.credential.clone(),
            label: unused.label.clone(),
            last_four: unused.last_four.clone(),
            created_at: unused.created_at,
            expires_at: unused.expires_at,
            last_used_at: unused.last_used.map(|last_use| last_use.at),
            last_used_from: unused.last_used.map(|last_use| last_use.from),
        }
    }
}

impl From<ResourceUsers> for ResourceUsersView {
    fn from(users: ResourceUsers) -> Self {
        let granted_to = users.granted.into_iter().map(|(user, scope)| ResourceGrantView {
            client_id: user.client_id,
            name: user.name.to_string(),
            tenant: user.tenant,
            scopes: scope.iter().cloned().collect(),
        });
        let introspected_by = users.introspecting.into_iter().map(|user| ResourceIntrospectorView {
            client_id: user.client_id,
            name: user.name.to_string(),
            tenant: user.tenant,
        });
        Self {
            granted_to: granted_to.collect(),
            granted_to_count: users.granted_count,
            introspected_by: introspected_by.collect(),
            introspected_by_count: users.introspecting_count,
        }
    }
}
