//! What administrators see of a credential: its id, its state and its last use.

use std::fmt;
use std::str::FromStr;

use jeton_protocol::base62;
use serde::Serialize;

use super::{CallerAddress, InvalidName, Timestamp};

/// The id of a credential: `sec_` and 11 base62 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CredentialId(String);

impl CredentialId {
    /// Creates an id from 64 random bits.
    #[must_use]
    pub fn generate(entropy: [u8; 8]) -> Self {
        Self(format!("sec_{}", base62::encode(&entropy)))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CredentialId {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        let tail = value.strip_prefix("sec_").unwrap_or_default();
        if !tail.is_empty() && tail.len() <= 32 && tail.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(Self(value.to_owned()));
        }
        Err(InvalidName::new("the secret id", value, "it must begin with sec_"))
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

deserialize_from_text!(CredentialId);

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
    /// It is accepted. Its word in tables and JSON is `live`.
    #[serde(rename = "live")]
    Active,
    /// It has expired.
    Expired,
    /// It was revoked.
    Revoked,
}

impl CredentialState {
    /// The word used in tables and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "live",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}
