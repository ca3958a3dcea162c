//! How a secret is kept: an Argon2id hash in one of two cost classes (decision 0004).
//!
//! This module hashes on the caller's thread; [`crate::hash_pool`] decides when that may happen.

use std::fmt;
use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use thiserror::Error;

/// A secret's hash in the PHC string format, with its salt and parameters.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash(String);

impl SecretHash {
    /// Hashes `secret`: milliseconds for [`HashCost::Heavy`].
    ///
    /// # Errors
    /// [`InvalidHash`] when the memory for it cannot be had.
    pub fn make(secret: &str, cost: HashCost, salt: [u8; 16]) -> Result<Self, InvalidHash> {
        let hash =
            cost.hasher().hash_password_with_salt(secret.as_bytes(), &salt).map_err(|_| InvalidHash)?;
        Ok(Self(hash.to_string()))
    }

    /// Takes a hash from the store.
    ///
    /// # Errors
    /// [`InvalidHash`] when it is not an Argon2id hash in the PHC string format.
    pub fn from_stored(text: String) -> Result<Self, InvalidHash> {
        let parsed = PasswordHash::new(&text).map_err(|_| InvalidHash)?;
        if parsed.algorithm.as_str() != "argon2id" || parsed.hash.is_none() || parsed.salt.is_none() {
            return Err(InvalidHash);
        }
        Ok(Self(text))
    }

    /// The hash as it is stored.
    #[must_use]
    pub fn as_stored(&self) -> &str {
        &self.0
    }

    /// Whether `secret` is the one that was hashed. The parameters are those of the hash.
    #[must_use]
    pub fn matches(&self, secret: &str) -> bool {
        PasswordHash::new(&self.0)
            .is_ok_and(|parsed| Argon2::default().verify_password(secret.as_bytes(), &parsed).is_ok())
    }

    /// A hash of the heavy class that nothing matches: what a wrong id costs, it costs too.
    #[must_use]
    pub fn unmatchable() -> &'static Self {
        static UNMATCHABLE: LazyLock<SecretHash> = LazyLock::new(|| {
            let zeros = "A".repeat(43);
            SecretHash(format!(
                "$argon2id$v=19$m={HEAVY_MEMORY_KIB},t={HEAVY_PASSES},p=1${}${zeros}",
                &zeros[..22]
            ))
        });
        &UNMATCHABLE
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(..)")
    }
}

/// What a secret's hash costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashCost {
    /// For secrets of 256 random bits, which nobody guesses: 256 KiB, one pass, about 0.1 ms.
    Light,
    /// For secrets that people chose (OWASP password storage, Argon2id): 19 MiB, two passes, about 25 ms.
    Heavy,
}

impl HashCost {
    fn params(self) -> Params {
        let (memory, passes) = match self {
            Self::Light => (LIGHT_MEMORY_KIB, LIGHT_PASSES),
            Self::Heavy => (HEAVY_MEMORY_KIB, HEAVY_PASSES),
        };
        Params::new(memory, passes, 1, None).unwrap_or_default()
    }

    fn hasher(self) -> Argon2<'static> {
        Argon2::new(Algorithm::Argon2id, Version::V0x13, self.params())
    }
}

/// The text is not an Argon2id hash, or the hash could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not an Argon2id hash in the PHC string format")]
pub struct InvalidHash;

const LIGHT_MEMORY_KIB: u32 = 256;
const LIGHT_PASSES: u32 = 1;
const HEAVY_MEMORY_KIB: u32 = 19 * 1024;
const HEAVY_PASSES: u32 = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_matches_its_secret_and_no_other() {
        let hash = SecretHash::make("right", HashCost::Light, [7; 16]).unwrap();
        assert!(hash.matches("right"));
        assert!(!hash.matches("wrong"));
        assert!(hash.as_stored().starts_with("$argon2id$v=19$m=256,t=1,p=1$"));
        assert_eq!(SecretHash::from_stored(hash.as_stored().to_owned()), Ok(hash));
    }

    #[test]
    fn the_unmatchable_hash_costs_the_heavy_class_and_matches_nothing() {
        let hash = SecretHash::unmatchable();
        assert!(SecretHash::from_stored(hash.as_stored().to_owned()).is_ok());
        assert!(hash.as_stored().contains("m=19456,t=2,p=1"));
        assert!(!hash.matches(""));
    }

    #[test]
    fn other_hashes_are_not_taken_from_the_store() {
        assert_eq!(SecretHash::from_stored("$2b$12$abc".to_owned()), Err(InvalidHash));
        assert_eq!(SecretHash::from_stored("$argon2id$v=19$m=256,t=1,p=1".to_owned()), Err(InvalidHash));
    }
}
