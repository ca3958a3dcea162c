//! The formats of access tokens.

use std::str::FromStr;

use serde::Serialize;

use super::InvalidName;

/// The format of access tokens.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenFormat {
    /// A signed JWT (RFC 9068). Anyone can read it and verify it with the published keys.
    #[default]
    Jwt,
    /// An encrypted text. It can only be validated by introspection.
    Opaque,
}

impl TokenFormat {
    /// All formats, the default first.
    pub const ALL: [Self; 2] = [Self::Jwt, Self::Opaque];

    /// The word used in the store, tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }
}

impl FromStr for TokenFormat {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        Self::ALL
            .into_iter()
            .find(|format| format.as_str() == value)
            .ok_or_else(|| InvalidName::new("the token format", value, "jwt or opaque"))
    }
}

deserialize_from_text!(TokenFormat);
