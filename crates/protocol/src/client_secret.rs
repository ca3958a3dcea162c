//! Client secrets: ours, and whatever a caller presents.
//!
//! It decides the form of a generated secret and whether a text has it. It must not know hashes or stores.

use std::fmt;

use zeroize::{Zeroize, Zeroizing};

use crate::base62;

/// A secret of ours: `jtnsk_`, 43 base62 characters, and 6 more that are the CRC32 of all before them.
///
/// The alphabet survives every client's encoding, the prefix lets a scanner find a leak, and the checksum refuses a
/// mistyped secret before any work.
pub struct ClientSecret(Zeroizing<String>);

impl ClientSecret {
    /// The secret of 256 fresh random bits.
    #[must_use]
    pub fn from_entropy(mut entropy: [u8; 32]) -> Self {
        let random = base62::encode_secret(&entropy, RANDOM_CHARS);
        entropy.zeroize();
        // At full capacity from the start: a string that grows leaves copies behind.
        let mut secret = Zeroizing::new(String::with_capacity(SECRET_CHARS));
        secret.push_str(PREFIX);
        secret.push_str(&random);
        let checksum = checksum(&secret);
        secret.push_str(&checksum);
        Self(secret)
    }

    /// The secret itself, for the one place that shows it and the one that hashes it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The last four characters, by which a person tells secrets apart; they are of the checksum, not of the random part.
    #[must_use]
    pub fn last_four(&self) -> &str {
        &self.0[self.0.len() - 4..]
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret([redacted])")
    }
}

/// What a caller sent as its secret; nothing about it has been checked.
#[derive(Clone)]
pub struct PresentedSecret(Zeroizing<String>);

impl PresentedSecret {
    /// Takes the text over; it is wiped when dropped.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for the places that compare it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Which form it has.
    #[must_use]
    pub fn shape(&self) -> SecretShape {
        let Some(rest) = self.0.strip_prefix(PREFIX) else {
            return SecretShape::Other;
        };
        if self.0.len() != SECRET_CHARS || !base62::is_base62(rest) {
            return SecretShape::Broken;
        }
        let (covered, digits) = self.0.split_at(SECRET_CHARS - CHECKSUM_CHARS);
        if *checksum(covered) == *digits { SecretShape::Generated } else { SecretShape::Broken }
    }
}

impl fmt::Debug for PresentedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedSecret([redacted])")
    }
}

/// The form of a presented secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretShape {
    /// It has the form of a generated one, checksum included.
    Generated,
    /// It begins like one, but its length, alphabet or checksum is wrong: no such secret exists.
    Broken,
    /// It can only be an imported one.
    Other,
}

fn checksum(covered: &str) -> Zeroizing<String> {
    base62::encode_secret(&crc32fast::hash(covered.as_bytes()).to_be_bytes(), CHECKSUM_CHARS)
}

const PREFIX: &str = "jtnsk_";
const RANDOM_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;
const SECRET_CHARS: usize = PREFIX.len() + RANDOM_CHARS + CHECKSUM_CHARS;
