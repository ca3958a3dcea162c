//! Which part of a long list to return.

use serde::{Deserialize, Serialize};

use crate::value::{CredentialId, TenantName, Timestamp};

/// Which expiring secrets to list.
#[derive(Debug, Clone)]
pub struct ExpiringSecretPage {
    /// The time at which the states of secrets and accounts are evaluated.
    pub now: Timestamp,
    /// Only secrets that expire at this second or earlier.
    pub until: Timestamp,
    /// Only secrets of accounts of this tenant.
    pub tenant: Option<TenantName>,
    /// Only secrets after this one, ordered by expiry.
    pub after: Option<(Timestamp, CredentialId)>,
    /// The maximum number of secrets.
    pub limit: u32,
}

/// Which unused secrets to list.
#[derive(Debug, Clone)]
pub struct UnusedSecretPage {
    /// The time at which the states of secrets and accounts are evaluated.
    pub now: Timestamp,
    /// Only secrets that were last used at this second or earlier. A secret that was never used counts from its
    /// creation.
    pub unused_since: Timestamp,
    /// Only secrets of accounts of this tenant.
    pub tenant: Option<TenantName>,
    /// Only secrets after this position.
    pub after: Option<UnusedSecretPosition>,
    /// The maximum number of secrets.
    pub limit: u32,
}

/// A position in the list of unused secrets. Only the store that made it understands it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnusedSecretPosition {
    /// When the secret at this position was last used, or created, in Unix seconds.
    pub since: i64,
    /// Orders the secrets of one second.
    pub number: i64,
}
