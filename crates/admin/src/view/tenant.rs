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

/// A region.
#[derive(Debug, Clone, Serialize)]
pub struct RegionView {
    /// Its name.
    pub name: RegionName,
    /// Tokens issued under a lower epoch are invalid.
    pub epoch: i64,
}
