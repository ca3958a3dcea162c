//! Client secrets: generated and presented ones.
//!
//! This module decides the format of a generated secret and whether a text has it. It must not know hashes or stores.

use zeroize::{Zeroize, Zeroizing};

use crate::names::base62;
use crate::redacted::{RedactedText, redacted_type};

/// A generated secret: `jtnsk_`, 43 random base62 characters, and the CRC32 of all of these as 6 base62 characters.
///
/// No client encoding changes the alphabet, a scanner can find a leaked secret by its prefix, and the checksum rejects
/// a mistyped secret before it is hashed.
#[derive(Debug)]
pub struct ClientSecret(RedactedText);

impl ClientSecret {
    /// Creates a secret from 256 fresh random bits.
    #[must_use]
    pub fn from_entropy(mut entropy: [u8; 32]) -> Self {
        let random = base62::encode_secret(&entropy, RANDOM_CHARS);
        entropy.zeroize();
        // Allocate the full capacity at once: a growing string would leave copies of the secret in freed memory.
        let mut secret = Zeroizing::new(String::with_capacity(SECRET_CHARS));
        secret.push_str(PREFIX);
        secret.push_str(&random);
        let checksum = checksum(&secret);
        secret.push_str(&checksum);
        Self(secret.into())
    }

    /// The secret itself: only to show it once and to hash it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The last four characters, which help a person to recognise the secret. They belong to the checksum, not to the
    /// random part.
    #[must_use]
    pub fn last_four(&self) -> &str {
        let text = self.expose();
        &text[text.len() - 4..]
    }
}

redacted_type! {
    /// A secret as sent by a caller, unverified. Expose it only to verify it.
    PresentedSecret
}

impl PresentedSecret {
    /// Classifies the text by its format.
    #[must_use]
    pub fn shape(&self) -> SecretShape {
        let text = self.expose();
        let Some(rest) = text.strip_prefix(PREFIX) else {
            return SecretShape::Other;
        };
        if text.len() != SECRET_CHARS || !base62::is_base62(rest) {
            return SecretShape::Broken;
        }
        let (covered, digits) = text.split_at(SECRET_CHARS - CHECKSUM_CHARS);
        // Compared as a number, which needs no memory. Every number has one text of this many digits.
        let is_right = base62::decode(digits) == Some(crc32fast::hash(covered.as_bytes()).into());
        if is_right { SecretShape::Generated } else { SecretShape::Broken }
    }
}

/// The format of a presented secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecretShape {
    /// A generated secret with a correct checksum.
    Generated,
    /// The prefix of a generated secret, but a wrong length, alphabet or checksum: no such secret exists.
    Broken,
    /// No prefix: it can only be an imported secret.
    Other,
}

fn checksum(covered: &str) -> Zeroizing<String> {
    base62::encode_secret(&crc32fast::hash(covered.as_bytes()).to_be_bytes(), CHECKSUM_CHARS)
}

const PREFIX: &str = "jtnsk_";
const RANDOM_CHARS: usize = 43;
const CHECKSUM_CHARS: usize = 6;
const SECRET_CHARS: usize = PREFIX.len() + RANDOM_CHARS + CHECKSUM_CHARS;
