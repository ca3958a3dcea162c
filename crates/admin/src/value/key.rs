//! The ids, purposes and life cycle of a region's keys.

use std::fmt;
use std::str::FromStr;

use jeton_protocol::base62;
use serde::{Serialize, Serializer};

use super::{Algorithm, InvalidName};

/// The id of a key. For a signing key: the RFC 7638 SHA-256 thumbprint of its public key, base64url. For a sealing key:
/// 64 random bits, base62; they are in plain text in each token that it sealed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct KeyId(String);

impl KeyId {
    /// Wraps an id that was computed or stored. Does not check it.
    #[must_use]
    pub fn from_stored(id: String) -> Self {
        Self(id)
    }

    /// The id of a key that has no public key.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(base62::encode(&bytes))
    }

    /// The bytes of the id of a key that has no public key; `None` for other ids.
    #[must_use]
    pub fn to_bytes(&self) -> Option<[u8; 8]> {
        let number = u64::try_from(base62::decode(&self.0)?).ok()?;
        Some(number.to_be_bytes())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for KeyId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The purpose of a key. A region has one active key and one standby key of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Signs JWTs with this algorithm.
    Signing(Algorithm),
    /// Seals opaque tokens.
    Sealing,
    /// Computes the lookup digests of generated secrets. Exists only in a store whose master key was replaced.
    Lookup,
}

impl KeyKind {
    /// The word used in the store, tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Signing(algorithm) => algorithm.as_str(),
            Self::Sealing => "sealing",
            Self::Lookup => "lookup",
        }
    }
}

impl FromStr for KeyKind {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        match value {
            "sealing" => Ok(Self::Sealing),
            "lookup" => Ok(Self::Lookup),
            algorithm => algorithm.parse().map(Self::Signing),
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for KeyKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The life cycle of a key: `published → active → retiring → removed`, or revoked from any of the first three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Verifiers can already fetch it. It is the standby key, which becomes active next.
    Published,
    /// It signs or seals new tokens. A region has one of each kind.
    Active,
    /// It makes no new tokens. Its existing tokens are still accepted.
    Retiring,
    /// Its last token has expired. It is never trusted again.
    Removed,
    /// It was revoked together with all its tokens.
    Revoked,
}

impl KeyState {
    /// Every state, in the order of the life cycle.
    pub const ALL: [Self; 5] = [Self::Published, Self::Active, Self::Retiring, Self::Removed, Self::Revoked];

    /// The word used in the store, tables and JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Removed => "removed",
            Self::Revoked => "revoked",
        }
    }

    /// Whether tokens of the key are trusted.
    #[must_use]
    pub const fn is_trusted(self) -> bool {
        match self {
            Self::Published | Self::Active | Self::Retiring => true,
            Self::Removed | Self::Revoked => false,
        }
    }
}

impl FromStr for KeyState {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        Self::ALL.into_iter().find(|state| state.as_str() == value).ok_or_else(|| {
            InvalidName::new("the key state", value, "one of published, active, retiring, removed, revoked")
        })
    }
}

deserialize_from_text!(KeyKind);
