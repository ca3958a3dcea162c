//! How tenants, resources, accounts and secrets are shown: in `--format json` and in the audit log.
//!
//! The members are a promise (`docs/cli-json.md`). Nothing here can hold a secret or a hash.

use jeton_protocol::{ClientId, RegionName, ResourceUri, Scope, ScopeName};
use serde::Serialize;

use crate::model::{
    Account, Algorithm, CallerAddress, Credential, CredentialId, CredentialState, Key, KeyId, KeyKind,
    KeyState, Resource, SecretKind, Tenant, TenantName, Timestamp, TokenFormat,
};
use crate::store::EndingSecret;

/// A tenant.
#[derive(Debug, Clone, Serialize)]
pub struct TenantView {
    /// Its name.
    pub name: TenantName,
    /// Whether its accounts work.
    pub enabled: bool,
    /// Whether it may have accounts.
    pub accounts_allowed: bool,
    /// Tokens under a lower epoch are dead.
    pub epoch: i64,
    /// When it was made.
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
    /// Tokens under a lower epoch are dead.
    pub epoch: i64,
}

/// A resource.
#[derive(Debug, Clone, Serialize)]
pub struct ResourceView {
    /// Its URI.
    pub uri: ResourceUri,
    /// What people call it.
    pub name: Option<String>,
    /// Its scopes.
    pub scopes: Vec<ScopeView>,
    /// The format of its tokens.
    pub token_format: TokenFormat,
    /// Their algorithm.
    pub algorithm: Algorithm,
    /// Their lifetime in seconds, where it is not the default.
    pub token_ttl: Option<u64>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A scope of a resource.
#[derive(Debug, Clone, Serialize)]
pub struct ScopeView {
    /// Its name.
    pub name: ScopeName,
    /// What it allows, for people.
    pub text: String,
    /// What it contains.
    pub implies: Vec<ScopeName>,
}

impl From<&Resource> for ResourceView {
    fn from(resource: &Resource) -> Self {
        let scope = |(name, facts): (&ScopeName, &crate::model::ScopeFacts)| ScopeView {
            name: name.clone(),
            text: facts.text.clone(),
            implies: facts.implies.iter().cloned().collect(),
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
    /// What people call it.
    pub name: String,
    /// Whose it is.
    pub tenant: TenantName,
    /// Where it lives.
    pub region: RegionName,
    /// Whether it works.
    pub enabled: bool,
    /// What it may ask for.
    pub grants: Vec<GrantView>,
    /// Whose tokens it may introspect.
    pub introspects: Vec<ResourceUri>,
    /// The resource meant when a request names none.
    pub default_resource: Option<ResourceUri>,
    /// Where it may call from; empty: from anywhere.
    pub allow_cidr: Vec<String>,
    /// Its tokens' lifetime in seconds, where it is its own.
    pub token_ttl: Option<u64>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Tokens under a lower epoch are dead.
    pub epoch: i64,
    /// Its secrets, without the secrets.
    pub secrets: Vec<SecretView>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What an account may ask of a resource.
#[derive(Debug, Clone, Serialize)]
pub struct GrantView {
    /// The resource.
    pub resource: ResourceUri,
    /// The granted names, without what they imply.
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

/// A secret, without the secret.
#[derive(Debug, Clone, Serialize)]
pub struct SecretView {
    /// Its id.
    pub secret_id: CredentialId,
    /// What it is called.
    pub label: Option<String>,
    /// Whether it works.
    pub state: CredentialState,
    /// `generated` or `imported`.
    pub kind: &'static str,
    /// `argon2id`, or for a secret from another server that was not used here yet what it was hashed with there.
    pub hash: &'static str,
    /// Its last four characters; empty where the secret is short, or only its hash is known.
    pub last_four: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was taken back.
    pub revoked_at: Option<Timestamp>,
    /// What its tokens have at most; nothing: all that the account is granted.
    pub scopes: Option<Vec<ScopeName>>,
    /// Where it may be used from, within the account's networks; empty: anywhere.
    pub allow_cidr: Vec<String>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_from: Option<CallerAddress>,
}

impl SecretView {
    /// The secret as it is at `now`.
    #[must_use]
    pub fn new(secret: &Credential, now: Timestamp) -> Self {
        Self {
            secret_id: secret.id.clone(),
            label: secret.label.clone(),
            state: secret.state(now),
            kind: match secret.kind {
                SecretKind::Generated(_) => "generated",
                SecretKind::Imported => "imported",
            },
            hash: secret.hash.scheme().as_str(),
            last_four: secret.last_four.clone(),
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

/// The last secret of an account, which ends soon.
#[derive(Debug, Clone, Serialize)]
pub struct EndingSecretView {
    /// Whose.
    pub client_id: ClientId,
    /// What the account is called.
    pub name: String,
    /// Whose account it is.
    pub tenant: TenantName,
    /// The secret's id.
    pub secret_id: CredentialId,
    /// What it is called.
    pub label: Option<String>,
    /// Its last four characters.
    pub last_four: String,
    /// When it ends.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// From where.
    pub last_used_from: Option<CallerAddress>,
}

impl From<&EndingSecret> for EndingSecretView {
    fn from(ending: &EndingSecret) -> Self {
        Self {
            client_id: ending.client_id.clone(),
            name: ending.name.to_string(),
            tenant: ending.tenant.clone(),
            secret_id: ending.credential.clone(),
            label: ending.label.clone(),
            last_four: ending.last_four.clone(),
            expires_at: ending.expires_at,
            last_used_at: ending.last_used.map(|last_use| last_use.at),
            last_used_from: ending.last_used.map(|last_use| last_use.from),
        }
    }
}

/// A key, without the key.
#[derive(Debug, Clone, Serialize)]
pub struct KeyView {
    /// Its id; of a signing key the `kid` of its tokens.
    pub kid: KeyId,
    /// `signing`, `sealing` or `lookup`.
    pub purpose: &'static str,
    /// Its algorithm.
    pub algorithm: &'static str,
    /// Where it stands.
    pub state: KeyState,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it became active.
    pub activated_at: Option<Timestamp>,
    /// When it made its last token.
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
