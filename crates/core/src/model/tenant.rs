//! Tenants: the customers that own accounts.

use serde::Serialize;

use super::{TenantName, Timestamp};

/// A customer that owns accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tenant {
    /// Its name and id.
    pub name: TenantName,
    /// Whether the tenant is enabled. If not, requests of its accounts are refused and its tokens are inactive.
    pub enabled: bool,
    /// Whether the tenant may have service accounts.
    pub accounts_allowed: bool,
    /// Tokens issued under a lower epoch are invalid (decision 0003).
    pub epoch: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of writes. A write that is based on an older version is refused.
    #[serde(skip)]
    pub version: i64,
}

impl Tenant {
    /// Whether its accounts may get and use tokens.
    #[must_use]
    pub fn admits_accounts(&self) -> bool {
        self.enabled && self.accounts_allowed
    }
}
