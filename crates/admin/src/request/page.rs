//! Which part of a long list to return.

use jeton_protocol::ClientId;
use serde::{Deserialize, Serialize};

use crate::value::{CredentialId, TenantName, Timestamp};

/// Which accounts to list.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct AccountPage {
    /// Only accounts after this id.
    #[serde(default)]
    pub after: Option<ClientId>,
    /// Only accounts of this tenant.
    #[serde(default)]
    pub tenant: Option<TenantName>,
    /// The maximum number of accounts.
    pub limit: u32,
}

/// Which expiring secrets to list.
#[derive(Debug, Clone)]
pub struct ExpiringSecretPage {
    /// The time at which the states of secrets and accounts are evaluated.
    pub now: Timestamp,
    /// Only secrets that expire at this second or earlier.
    pub until: Timestamp,
    /// Only secrets after this one, ordered by expiry.
    pub after: Option<(Timestamp, CredentialId)>,
    /// The maximum number of secrets.
    pub limit: u32,
}
