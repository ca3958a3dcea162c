//! Tenants: the customers that own accounts.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::{InvalidName, Timestamp, check_name};

/// The tenant that every new store has.
pub const DEFAULT_TENANT: &str = "default";

/// The name of a tenant, which is also its id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct TenantName(String);

impl TenantName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantName {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        check_name("the tenant name", value).map(Self)
    }
}

impl fmt::Display for TenantName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A customer that owns accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tenant {
    /// Its name and id.
    pub name: TenantName,
    /// Whether the tenant is enabled. If not, requests of its accounts are refused and its tokens are inactive.
    pub enabled: bool,
    /// Whether the tenant may have service accounts.
    pub accounts_allowed: bool,
    /// Tokens issued under a lower epoch are invalid (design: "revocation").
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
