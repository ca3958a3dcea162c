//! The proof by a secret: its hash, and how it is found.

use std::fmt;

use crate::secret_hash::SecretHash;

/// A secret as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretProof {
    /// Generated or imported.
    pub kind: SecretKind,
    /// Its hash: Argon2id, or another server's until the secret is first used here.
    pub hash: SecretHash,
    /// The result of [`last_four`], for telling secrets apart; empty while only the hash is known.
    pub last_four: String,
}

impl SecretProof {
    /// The lookup digest of a generated secret.
    #[must_use]
    pub fn lookup(&self) -> Option<&SecretLookup> {
        match &self.kind {
            SecretKind::Generated(lookup) => Some(lookup),
            SecretKind::Imported => None,
        }
    }

    /// Whether an administrator imported it.
    #[must_use]
    pub fn is_imported(&self) -> bool {
        self.kind == SecretKind::Imported
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

/// An indexed, keyed digest of a generated secret. A wrong secret is refused by it before any hash is computed.
///
/// HMAC-SHA-256 under a key derived from the master key, truncated to 16 bytes (decision 0004).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretLookup(pub [u8; 16]);

impl fmt::Debug for SecretLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretLookup(..)")
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
