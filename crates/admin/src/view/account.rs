//! Accounts as JSON.

use jeton_protocol::{ClientId, RegionName, ResourceUri, ScopeName};
use serde::Serialize;

use super::SecretView;
use crate::value::{CredentialId, CredentialState, Labels, TenantName, Timestamp};

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
    /// Whether it can get tokens, and if not, why. Not part of the JSON form.
    #[serde(skip)]
    pub state: AccountState,
    /// Its secrets, without their values.
    pub secrets: Vec<SecretView>,
    /// What it is for.
    pub description: Option<String>,
    /// The person or team that is responsible for it.
    pub owner: Option<String>,
    /// Pairs by which it is found.
    pub labels: Labels,
    /// When one of its secrets was last used.
    pub last_used_at: Option<Timestamp>,
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
    /// The secrets that authenticate, oldest first.
    pub fn active_secrets(&self) -> impl Iterator<Item = &SecretView> {
        self.secrets.iter().filter(|secret| secret.state == CredentialState::Active)
    }

    /// The secret of this id.
    #[must_use]
    pub fn secret(&self, id: &CredentialId) -> Option<&SecretView> {
        self.secrets.iter().find(|secret| &secret.secret_id == id)
    }
}

/// Whether an account can get tokens, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// It can.
    Enabled,
    /// It is disabled.
    Disabled,
    /// It has expired.
    Expired,
    /// Its tenant is disabled or may not have accounts.
    BlockedByTenant,
}
