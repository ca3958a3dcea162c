//! Tenants and regions as JSON.

use jeton_protocol::RegionName;
use serde::Serialize;

use crate::value::{TenantName, Timestamp};

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

/// A tenant and the number of its accounts. Deleted accounts do not count.
#[derive(Debug, Clone, Serialize)]
pub struct TenantSummary {
    /// The tenant.
    #[serde(flatten)]
    pub tenant: TenantView,
    /// How many accounts it has in this region.
    pub accounts: u64,
    /// How many accounts it has in all regions of the database.
    pub accounts_in_all_regions: u64,
}

/// A region.
#[derive(Debug, Clone, Serialize)]
pub struct RegionView {
    /// Its name.
    pub name: RegionName,
    /// Tokens issued under a lower epoch are invalid.
    pub epoch: i64,
}
