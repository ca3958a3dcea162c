//! How a secret is kept: an Argon2id hash in one of two cost classes, or, until its first use here, the hash that
//! another server made of it (decision 0004).
//!
//! This module hashes on the caller's thread; [`crate::hash_pool`] decides when that may happen.

mod foreign_form;
mod pbkdf2;
mod recognise;

use std::fmt;
use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use thiserror::Error;

pub use foreign_form::ForeignForm;
use pbkdf2::Pbkdf2;
pub use recognise::UnusableHash;

/// A secret's hash as text, with its salt and parameters: of ours, or of a kind that other servers keep.
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

    /// Takes a hash from the store, where only what `recognise` admitted was written.
    ///
    /// # Errors
    /// [`InvalidHash`] when it is of no kind that can be checked here.
    pub fn from_stored(text: String) -> Result<Self, InvalidHash> {
        let hash = Self(text);
        let readable = match hash.scheme() {
            HashScheme::Bcrypt => hash.0.parse::<bcrypt::HashParts>().is_ok(),
            HashScheme::Pbkdf2Sha256 => Pbkdf2::parse(&hash.0).is_some(),
            HashScheme::Argon2id => PasswordHash::new(&hash.0).is_ok_and(|parsed| {
                parsed.algorithm.as_str() == "argon2id" && parsed.hash.is_some() && parsed.salt.is_some()
            }),
        };
        if readable { Ok(hash) } else { Err(InvalidHash) }
    }

    /// The hash as it is stored.
    #[must_use]
    pub fn as_stored(&self) -> &str {
        &self.0
    }

    /// Which function made it.
    #[must_use]
    pub fn scheme(&self) -> HashScheme {
        if self.0.starts_with(pbkdf2::PREFIX) {
            HashScheme::Pbkdf2Sha256
        } else if self.0.starts_with("$2") {
            HashScheme::Bcrypt
        } else {
            HashScheme::Argon2id
        }
    }

    /// Whether another server made it, so that it goes at the secret's first use here. Asked of imported secrets only:
    /// theirs are of the heavy class when they are ours.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        !self.0.starts_with(HEAVY_OF_OURS)
    }

    /// Whether `secret` is the one that was hashed. The parameters are those of the hash.
    ///
    /// bcrypt reads 72 bytes and no more. The servers that kept such hashes compare so too, and a longer secret that
    /// worked there must work here.
    #[must_use]
    pub fn matches(&self, secret: &str) -> bool {
        match self.scheme() {
            HashScheme::Bcrypt => bcrypt::verify(secret, &self.0).unwrap_or(false),
            HashScheme::Pbkdf2Sha256 => Pbkdf2::parse(&self.0).is_some_and(|hash| hash.matches(secret)),
            HashScheme::Argon2id => PasswordHash::new(&self.0)
                .is_ok_and(|parsed| Argon2::default().verify_password(secret.as_bytes(), &parsed).is_ok()),
        }
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

/// Which function made a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashScheme {
    /// Argon2id (RFC 9106), in the PHC string format.
    Argon2id,
    /// bcrypt, `$2a$`, `$2b$` or `$2y$`.
    Bcrypt,
    /// PBKDF2 (RFC 8018) with HMAC-SHA-256.
    Pbkdf2Sha256,
}

impl HashScheme {
    /// The word used in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Argon2id => "argon2id",
            Self::Bcrypt => "bcrypt",
            Self::Pbkdf2Sha256 => "pbkdf2-sha256",
        }
    }
}

impl fmt::Display for HashScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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

/// The text is no hash that can be checked here, or the hash could not be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a hash of a supported kind")]
pub struct InvalidHash;

const LIGHT_MEMORY_KIB: u32 = 256;
const LIGHT_PASSES: u32 = 1;
const HEAVY_MEMORY_KIB: u32 = 19 * 1024;
const HEAVY_PASSES: u32 = 2;
/// How each hash begins that [`SecretHash::make`] makes in the heavy class.
const HEAVY_OF_OURS: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

#[cfg(test)]
mod tests;
