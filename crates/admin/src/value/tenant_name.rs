//! The names of tenants.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::InvalidName;
use super::invalid_name::check_name;

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

deserialize_from_text!(TenantName);
