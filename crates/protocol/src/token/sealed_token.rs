//! The text form of an opaque token: `jtnat_`, then base64url of the sealing key's id and the sealed bytes.
//!
//! This module decides the spelling; each token has exactly one. It must not know keys or the sealed content.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::access_token::MAX_ACCESS_TOKEN_CHARS;

/// The parts of an opaque token, unverified. Together they are the token, so `Debug` does not show them.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedToken {
    /// The id of the key that sealed it. It is not encrypted, so that no other key has to be tried.
    pub key_id: [u8; 8],
    /// Nonce, ciphertext and tag.
    pub sealed: Vec<u8>,
}

/// Why a text is not a valid opaque token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealedTokenError {
    /// The text does not begin with `jtnat_`.
    #[error("the token does not begin with {PREFIX}")]
    Prefix,
    /// Too short for a nonce and a tag, or longer than any issued token.
    #[error("the token is too short or too long")]
    Length,
    /// The text after the prefix is not canonical unpadded base64url.
    #[error("the token is not base64url")]
    Base64,
}

impl SealedToken {
    /// Whether the text begins like an opaque token, valid or not. A JWT never does: its first part is base64url of a
    /// text that begins with `{`.
    #[must_use]
    pub fn has_prefix(text: &str) -> bool {
        text.starts_with(PREFIX)
    }

    /// # Errors
    /// [`SealedTokenError`], if the text is not the canonical spelling of an opaque token.
    pub fn parse(text: &str) -> Result<Self, SealedTokenError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SealedTokenError::Prefix)?;
        if text.len() > MAX_ACCESS_TOKEN_CHARS {
            return Err(SealedTokenError::Length);
        }
        // The engine rejects padding and non-zero trailing bits: otherwise one token would have several spellings.
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| SealedTokenError::Base64)?;
        let (key_id, sealed) = bytes.split_first_chunk().ok_or(SealedTokenError::Length)?;
        if sealed.len() < SHORTEST_SEALED {
            return Err(SealedTokenError::Length);
        }
        Ok(Self { key_id: *key_id, sealed: sealed.to_vec() })
    }

    /// The token as a text.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text =
            String::with_capacity(PREFIX.len() + (self.key_id.len() + self.sealed.len()) * 4 / 3 + 1);
        text.push_str(PREFIX);
        URL_SAFE_NO_PAD.encode_string([&self.key_id, self.sealed.as_slice()].concat(), &mut text);
        text
    }
}

impl std::fmt::Debug for SealedToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SealedToken([redacted])")
    }
}

/// Lets a secret scanner find a leaked token.
const PREFIX: &str = "jtnat_";
/// A nonce of 12 bytes and a tag of 16 (RFC 8452 §4).
const SHORTEST_SEALED: usize = 28;
