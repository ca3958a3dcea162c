//! Hashes of secrets: an Argon2id hash in one of two cost classes or, until the first use here, a hash that another
//! server made (decision 0004).
//!
//! This module hashes on the caller's thread. [`crate::secrets::hash_pool`] decides when that may happen.

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

/// The hash of a secret as text, with its salt and parameters. Made by this server or by another one.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash(String);

impl SecretHash {
    /// Hashes `secret`. Takes milliseconds for [`HashCost::Heavy`].
    ///
    /// # Errors
    /// [`InvalidHash`] when there is not enough memory.
    pub fn make(secret: &str, cost: HashCost, salt: [u8; 16]) -> Result<Self, InvalidHash> {
        let hash =
            cost.hasher().hash_password_with_salt(secret.as_bytes(), &salt).map_err(|_| InvalidHash)?;
        Ok(Self(hash.to_string()))
    }

    /// Parses a hash from the store. The store contains only hashes from `make` and `recognise`.
    ///
    /// # Errors
    /// [`InvalidHash`] when it is not of a supported kind.
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

    /// The hash function.
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

    /// Whether another server made it, so that it is replaced at the secret's first use here. Valid for imported
    /// secrets only: this server hashes those in the heavy class.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        !self.0.starts_with(OWN_HEAVY_PREFIX)
    }

    /// Whether `secret` matches this hash, with the parameters of the hash.
    ///
    /// bcrypt uses only the first 72 bytes. Servers that store such hashes compare in the same way, and a longer secret
    /// that worked there must work here.
    #[must_use]
    pub fn matches(&self, secret: &str) -> bool {
        match self.scheme() {
            HashScheme::Bcrypt => bcrypt::verify(secret, &self.0).unwrap_or(false),
            HashScheme::Pbkdf2Sha256 => Pbkdf2::parse(&self.0).is_some_and(|hash| hash.matches(secret)),
            HashScheme::Argon2id => PasswordHash::new(&self.0)
                .is_ok_and(|parsed| Argon2::default().verify_password(secret.as_bytes(), &parsed).is_ok()),
        }
    }

    /// A hash of the heavy class that no secret matches. It makes a request with an unknown id cost as much as one with
    /// a known id.
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

/// The hash function of a hash.
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
    /// The name used in JSON.
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

/// The cost class of a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashCost {
    /// For secrets of 256 random bits, which cannot be guessed: 256 KiB, one pass, about 0.1 ms.
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

/// The text is not a hash of a supported kind, or the hash could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a hash of a supported kind")]
pub struct InvalidHash;

const LIGHT_MEMORY_KIB: u32 = 256;
const LIGHT_PASSES: u32 = 1;
const HEAVY_MEMORY_KIB: u32 = 19 * 1024;
const HEAVY_PASSES: u32 = 2;
/// The beginning of each hash that [`SecretHash::make`] makes in the heavy class.
const OWN_HEAVY_PREFIX: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

#[cfg(test)]
mod tests;
