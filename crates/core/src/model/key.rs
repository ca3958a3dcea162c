//! The keys of a region as they are stored, and their life cycle.

use std::fmt;
use std::str::FromStr;

use jeton_protocol::base62;
use serde::{Serialize, Serializer};

use super::{InvalidName, Timestamp};

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

/// A JWS signature algorithm (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: the default.
    #[serde(rename = "ES256")]
    Es256,
    /// ECDSA on P-384 with SHA-384.
    #[serde(rename = "ES384")]
    Es384,
    /// Ed25519.
    #[serde(rename = "EdDSA")]
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256, 2048-bit keys.
    #[serde(rename = "RS256")]
    Rs256,
    /// RSASSA-PSS with SHA-256, 2048-bit keys.
    #[serde(rename = "PS256")]
    Ps256,
}

impl Algorithm {
    /// Every algorithm, the default first.
    pub const ALL: [Self; 5] = [Self::Es256, Self::Es384, Self::EdDsa, Self::Rs256, Self::Ps256];

    /// The JWS `alg` value.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Es384 => "ES384",
            Self::EdDsa => "EdDSA",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }
}

impl FromStr for Algorithm {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        Self::ALL.into_iter().find(|algorithm| algorithm.as_str() == value).ok_or_else(|| InvalidName {
            what: "the algorithm",
            value: value.to_owned(),
            rule: "one of ES256, ES384, EdDSA, RS256, PS256",
        })
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
        Self::ALL.into_iter().find(|state| state.as_str() == value).ok_or_else(|| InvalidName {
            what: "the key state",
            value: value.to_owned(),
            rule: "one of published, active, retiring, removed, revoked",
        })
    }
}

/// A key of a region, encrypted under the master key.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    /// Its id; the `kid` of a signing key.
    pub id: KeyId,
    /// The purpose.
    pub kind: KeyKind,
    /// The life cycle state.
    pub state: KeyState,
    /// The encrypted key: a PKCS#8 document for signing, otherwise 32 bytes. `None` once the key is no longer
    /// trusted.
    pub sealed: Option<Vec<u8>>,
    /// When it was created and published.
    pub created_at: Timestamp,
    /// When it became active.
    pub activated_at: Option<Timestamp>,
    /// When it stopped making tokens.
    pub retired_at: Option<Timestamp>,
    /// When it was removed or revoked.
    pub ended_at: Option<Timestamp>,
    /// The number of writes. A write that is based on an older version is refused.
    pub version: i64,
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .field("state", &self.state)
            .field("created_at", &self.created_at)
            .finish_non_exhaustive()
    }
}
