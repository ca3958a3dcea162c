//! Credentials: how an account authenticates. Today all credentials are secrets.

use std::fmt;

use super::{CredentialId, CredentialState, LastUse, Restriction, Timestamp};
use crate::secrets::hash::SecretHash;

/// An indexed, keyed digest of a generated secret. A wrong secret is refused by it before any hash is computed.
///
/// HMAC-SHA-256 under a key derived from the master key, truncated to 16 bytes (design: "lookup").
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretLookup(pub [u8; 16]);

impl fmt::Debug for SecretLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretLookup(..)")
    }
}

/// The origin of a secret. It decides the cost of verifying the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretKind {
    /// Generated here from 256 random bits: found by its lookup digest, hashed with the light parameters.
    Generated(SecretLookup),
    /// Imported by an administrator. It may be weak, so it has no lookup digest and is hashed with the heavy
    /// parameters.
    Imported,
}

/// A secret of an account as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// Generated or imported.
    pub kind: SecretKind,
    /// The display name, chosen by the administrator.
    pub label: Option<String>,
    /// Its hash: Argon2id, or another server's until the secret is first used here.
    pub hash: SecretHash,
    /// The result of [`last_four`], for telling secrets apart; empty while only the hash is known.
    pub last_four: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// The secret expires at this second: it is refused from then on.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// Limits it further than its account.
    pub restriction: Restriction,
    /// When (to the minute) and from where it was last used. Writing an account never changes it.
    pub last_used: Option<LastUse>,
}

impl Credential {
    /// The state at `now`. Expiry is exact to the second: at `expires_at` the credential has expired.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> CredentialState {
        if self.revoked_at.is_some() {
            return CredentialState::Revoked;
        }
        match self.expires_at {
            Some(end) if end <= now => CredentialState::Expired,
            Some(_) | None => CredentialState::Active,
        }
    }

    /// Whether it is accepted for authentication at `now`.
    #[must_use]
    pub fn is_active(&self, now: Timestamp) -> bool {
        self.state(now) == CredentialState::Active
    }

    /// The display text: the id, the last four characters and the label.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.label {
            Some(label) => format!("{} (…{}, {label:?})", self.id, self.last_four),
            None => format!("{} (…{})", self.id, self.last_four),
        }
    }
}

/// The last four characters of a secret. Empty for a short secret, of which they would reveal too much.
#[must_use]
pub fn last_four(secret: &str) -> String {
    let is_long = secret.chars().count() >= MIN_CHARS;
    let start = secret.char_indices().rev().nth(3).map(|(start, _)| start).filter(|_| is_long);
    start.map(|start| secret[start..].to_owned()).unwrap_or_default()
}

/// The minimum length for `jeton secret add --stdin`.
const MIN_CHARS: usize = 16;

#[cfg(test)]
mod tests {
    use super::last_four;

    #[test]
    fn the_last_four_characters_of_a_short_secret_are_not_shown() {
        assert_eq!(last_four("0123456789abcdef"), "cdef");
        assert_eq!(last_four("0123456789abcdéß"), "cdéß");
        for short in ["", "abc", "0123456789abcde"] {
            assert_eq!(last_four(short), "");
        }
    }
}
