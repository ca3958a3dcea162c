//! Credentials: the ways an account proves itself. Today these are secrets.

use std::fmt;
use std::str::FromStr;

use jeton_protocol::base62;
use serde::Serialize;

use super::{CallerAddress, InvalidName, Restriction, Timestamp};
use crate::secret_hash::SecretHash;

/// A credential's id: `sec_` and 11 base62 characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct CredentialId(String);

impl CredentialId {
    /// Makes an id from 64 random bits.
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
        Err(InvalidName {
            what: "the secret id",
            value: value.to_owned(),
            rule: "it begins with sec_; `jeton secret list ID` shows them",
        })
    }
}

impl fmt::Display for CredentialId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An indexed keyed digest of a generated secret: a wrong secret is refused by it before any hash.
///
/// HMAC-SHA-256 under a key derived from the master key, cut to 16 bytes (design: "lookup").
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretLookup(pub [u8; 16]);

impl fmt::Debug for SecretLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretLookup(..)")
    }
}

/// Where a secret came from, which decides what it costs to check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// Made here from 256 random bits: found by its lookup, hashed with the light parameters.
    Generated(SecretLookup),
    /// Brought along by an administrator: no lookup, since it may be weak; hashed with the heavy parameters.
    Imported,
}

/// A secret of an account, as the store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// Generated here or brought along.
    pub kind: SecretKind,
    /// What the administrator calls it.
    pub label: Option<String>,
    /// Its hash: Argon2id, or another server's until the secret is first used here.
    pub hash: SecretHash,
    /// What [`last_four`] gives, so that people can tell two secrets apart; empty while only the hash is known.
    pub last_four: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From this second on it is refused.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// What it may do less than its account.
    pub restriction: Restriction,
    /// When and from where it last authenticated, to the minute; writing an account never changes it.
    pub last_used: Option<LastUse>,
}

/// A use of a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastUse {
    /// When.
    pub at: Timestamp,
    /// The caller's address.
    pub from: CallerAddress,
}

impl Credential {
    /// What the credential is good for at `now`. Expiry is exact to the second: at `expires_at` it is over.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> CredentialState {
        if self.revoked_at.is_some() {
            return CredentialState::Revoked;
        }
        match self.expires_at {
            Some(end) if end <= now => CredentialState::Expired,
            Some(_) | None => CredentialState::Live,
        }
    }

    /// Whether it authenticates at `now`.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.state(now) == CredentialState::Live
    }

    /// How people tell it from the others: its id, its last four characters and its label.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.label {
            Some(label) => format!("{} (…{}, {label:?})", self.id, self.last_four),
            None => format!("{} (…{})", self.id, self.last_four),
        }
    }
}

/// The last four characters of a secret. Nothing of one so short that they would give much of it away.
#[must_use]
pub fn last_four(secret: &str) -> String {
    let long = secret.chars().count() >= LONG_SECRET;
    let start = secret.char_indices().rev().nth(3).map(|(start, _)| start).filter(|_| long);
    start.map(|start| secret[start..].to_owned()).unwrap_or_default()
}

/// The least that `jeton secret add --stdin` takes.
const LONG_SECRET: usize = 16;

/// What a credential is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// It authenticates.
    Live,
    /// Its time is over.
    Expired,
    /// It was taken back.
    Revoked,
}

impl CredentialState {
    /// The word used in tables and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::last_four;

    #[test]
    fn the_last_four_characters_of_a_short_secret_are_not_told() {
        assert_eq!(last_four("0123456789abcdef"), "cdef");
        assert_eq!(last_four("0123456789abcdéß"), "cdéß");
        for short in ["", "abc", "0123456789abcde"] {
            assert_eq!(last_four(short), "");
        }
    }
}
