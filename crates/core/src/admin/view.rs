//! The JSON form of tenants, resources, accounts, secrets and keys: for `--format json` and the audit log.
//!
//! The members are a stable interface (`docs/cli-json.md`). No type here can contain a secret or a hash.

use jeton_protocol::{ClientId, RegionName, ResourceUri, Scope, ScopeName};
use serde::Serialize;

use crate::model::{
    Account, Algorithm, CallerAddress, Credential, CredentialId, CredentialState, Key, KeyId, KeyKind,
    KeyState, Proof, Resource, SecretKind, Tenant, TenantName, Timestamp, TokenFormat,
};
use crate::store::ExpiringSecret;

/// A tenant.
#[derive(Debug, Clone, Serialize)]
pub struct TenantView {
    /// Its name.
    pub name: TenantName,
    /// Whether it is enabled.
    pub enabled: bool,
    /// Whether it may have accounts.
    pub accounts_allowed: bool,
    /// Tokens issued under a lower epoch are invalid.
    pub epoch: i64,
    /// When it was created.
    pub created_at: Timestamp,
}

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

/// A region.
#[derive(Debug, Clone, Serialize)]
pub struct RegionView {
    /// Its name.
    pub name: RegionName,
    /// Tokens issued under a lower epoch are invalid.
    pub epoch: i64,
}

/// A resource.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceView {
    /// Its URI.
    pub uri: ResourceUri,
    /// The display name.
    pub name: Option<String>,
    /// Its scopes.
    pub scopes: Vec<ScopeView>,
    /// The format of its tokens.
    pub token_format: TokenFormat,
    /// The algorithm that signs its tokens.
    pub algorithm: Algorithm,
    /// The lifetime of its tokens in seconds, if it is not the default.
    pub token_ttl: Option<u64>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A scope of a resource.
#[derive(Debug, Clone, Serialize)]
pub struct ScopeView {
    /// Its name.
    pub name: ScopeName,
    /// The description for people: what the scope allows.
    pub text: String,
    /// The scopes that it implies directly.
    pub implies: Vec<ScopeName>,
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

/// An account.
#[derive(Debug, Clone, Serialize)]
pub struct AccountView {
    /// The OAuth client id.
    pub client_id: ClientId,
    /// The name, unique within the tenant.
    pub name: String,
    /// The tenant that owns it.
    pub tenant: TenantName,
    /// Its region.
    pub region: RegionName,
    /// Whether it is enabled.
    pub enabled: bool,
    /// The scopes it may request, by resource.
    pub grants: Vec<GrantView>,
    /// The resources whose tokens it may introspect.
    pub introspects: Vec<ResourceUri>,
    /// The resource of requests that do not name one.
    pub default_resource: Option<ResourceUri>,
    /// The networks it may call from; empty: any.
    pub allow_cidr: Vec<String>,
    /// The lifetime of its tokens in seconds, if it has its own.
    pub token_ttl: Option<u64>,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// Tokens issued under a lower epoch are invalid.
    pub epoch: i64,
    /// Its secrets, without their values.
    pub secrets: Vec<SecretView>,
    /// When it was created.
    pub created_at: Timestamp,
}

/// The scopes that an account may request for a resource.
#[derive(Debug, Clone, Serialize)]
pub struct GrantView {
    /// The resource.
    pub resource: ResourceUri,
    /// The granted scopes, without implied ones.
    pub scopes: Vec<ScopeName>,
}

impl AccountView {
    /// The account as it is at `now`.
    #[must_use]
    pub fn new(account: &Account, region: &RegionName, now: Timestamp) -> Self {
        let grant = |(resource, scope): (&ResourceUri, &Scope)| GrantView {
            resource: resource.clone(),
            scopes: scope.iter().cloned().collect(),
        };
        Self {
            client_id: account.client_id.clone(),
            name: account.name.to_string(),
            tenant: account.tenant.name.clone(),
            region: region.clone(),
            enabled: account.enabled,
            grants: account.grants.iter().map(grant).collect(),
            introspects: account.introspects.iter().cloned().collect(),
            default_resource: account.default_resource.clone(),
            allow_cidr: account.allow_cidr.iter().map(ToString::to_string).collect(),
            token_ttl: account.token_ttl.map(|ttl| ttl.as_secs()),
            expires_at: account.expires_at,
            epoch: account.epoch,
            secrets: account.credentials.iter().map(|secret| SecretView::new(secret, now)).collect(),
            created_at: account.created_at,
        }
    }
}

/// A secret without its value.
#[derive(Debug, Clone, Serialize)]
pub struct SecretView {
    /// Its id.
    pub secret_id: CredentialId,
    /// The display name.
    pub label: Option<String>,
    /// Whether it is accepted: `live`, `expired` or `revoked`.
    pub state: CredentialState,
    /// `generated` or `imported`.
    pub kind: &'static str,
    /// The hash algorithm: `argon2id`, or that of the previous server until the secret is first used here.
    pub hash: &'static str,
    /// Its last four characters; empty if the secret is short or only its hash is known.
    pub last_four: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The scopes that its tokens may have; `None`: all scopes that the account is granted.
    pub scopes: Option<Vec<ScopeName>>,
    /// The networks it may be used from, in addition to the account's own list; empty: any.
    pub allow_cidr: Vec<String>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The address it was last used from.
    pub last_used_from: Option<CallerAddress>,
}

impl SecretView {
    /// The secret as it is at `now`.
    #[must_use]
    pub fn new(secret: &Credential, now: Timestamp) -> Self {
        let Proof::Secret(proof) = &secret.proof;
        Self {
            secret_id: secret.id.clone(),
            label: secret.label.clone(),
            state: secret.state(now),
            kind: match proof.kind {
                SecretKind::Generated(_) => "generated",
                SecretKind::Imported => "imported",
            },
            hash: proof.hash.scheme().as_str(),
            last_four: proof.last_four.clone(),
            created_at: secret.created_at,
            expires_at: secret.expires_at,
            revoked_at: secret.revoked_at,
            scopes: secret.restriction.scope.as_ref().map(|scope| scope.iter().cloned().collect()),
            allow_cidr: secret.restriction.allow_cidr.iter().map(ToString::to_string).collect(),
            last_used_at: secret.last_used.map(|last_use| last_use.at),
            last_used_from: secret.last_used.map(|last_use| last_use.from),
        }
    }
}

/// The last secret of an account, which expires soon.
#[derive(Debug, Clone, Serialize)]
pub struct ExpiringSecretView {
    /// The client id of the account.
    pub client_id: ClientId,
    /// The name of the account.
    pub name: String,
    /// The tenant that owns the account.
    pub tenant: TenantName,
    /// The secret's id.
    pub secret_id: CredentialId,
    /// The display name.
    pub label: Option<String>,
    /// Its last four characters.
    pub last_four: String,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The address it was last used from.
    pub last_used_from: Option<CallerAddress>,
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

/// A key without its key material.
#[derive(Debug, Clone, Serialize)]
pub struct KeyView {
    /// Its id; for a signing key, the `kid` of its tokens.
    pub kid: KeyId,
    /// `signing`, `sealing` or `lookup`.
    pub purpose: &'static str,
    /// Its algorithm.
    pub algorithm: &'static str,
    /// Its life cycle state.
    pub state: KeyState,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it became active.
    pub activated_at: Option<Timestamp>,
    /// When it stopped making tokens.
    pub retired_at: Option<Timestamp>,
    /// When it was removed or revoked.
    pub ended_at: Option<Timestamp>,
}

impl From<&Key> for KeyView {
    fn from(key: &Key) -> Self {
        let (purpose, algorithm) = match key.kind {
            KeyKind::Signing(algorithm) => ("signing", algorithm.as_str()),
            KeyKind::Sealing => ("sealing", "AES-256-GCM-SIV"),
            KeyKind::Lookup => ("lookup", "HMAC-SHA-256"),
        };
        Self {
            kid: key.id.clone(),
            purpose,
            algorithm,
            state: key.state,
            created_at: key.created_at,
            activated_at: key.activated_at,
            retired_at: key.retired_at,
            ended_at: key.ended_at,
        }
    }
}
