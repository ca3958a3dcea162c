//! What administrators see of a credential: its state and its last use.

use serde::Serialize;

use super::{CallerAddress, Timestamp};

/// A use of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// The caller's address.
    pub from: CallerAddress,
}

/// The state of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// It has neither expired nor been revoked. Its stored name is `live`: in JSON output and in audit records. Tables
    /// and texts say "active".
    #[serde(rename = "live")]
    Active,
    /// It has expired.
    Expired,
    /// It was revoked.
    Revoked,
}

impl CredentialState {
    /// The stored name, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "live",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}
