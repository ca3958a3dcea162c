//! The names of accounts.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::InvalidName;
use super::invalid_name::check_name;

/// The name of an account, unique within its tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AccountName(String);

impl AccountName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountName {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        check_name("the account name", value).map(Self)
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

deserialize_from_text!(AccountName);
