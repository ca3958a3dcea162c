//! One sealing key: authenticated encryption with AES-256-GCM-SIV (RFC 8452), for tokens that only their own region can
//! read or issue.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::clock::{Randomness, random_bytes};
use crate::model::KeyId;

/// A sealing key that is ready for use.
pub struct SealingKey {
    id: KeyId,
    cipher: LessSafeKey,
}

impl SealingKey {
    /// Generates 256 random bits.
    #[must_use]
    pub fn generate(randomness: &dyn Randomness) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(vec![0; KEY_BYTES]);
        randomness.fill(&mut bytes);
        bytes
    }

    /// Creates a key from 32 bytes.
    ///
    /// # Errors
    /// [`SealingError`] for any other number of bytes.
    pub fn from_bytes(id: KeyId, bytes: &[u8]) -> Result<Self, SealingError> {
        let key = UnboundKey::new(&AES_256_GCM_SIV, bytes).map_err(|_| SealingError)?;
        Ok(Self { id, cipher: LessSafeKey::new(key) })
    }

    /// The id of the key.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// Encrypts `payload` with a random nonce. The output is nonce, ciphertext, tag. It opens only with the same
    /// `context`.
    ///
    /// # Errors
    /// [`SealingError`] if the cipher fails, which does not happen for the lengths that tokens have.
    pub fn seal(
        &self,
        payload: &[u8],
        context: &[u8],
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, SealingError> {
        let nonce: [u8; NONCE_LEN] = random_bytes(randomness);
        let mut sealed = Vec::with_capacity(NONCE_LEN + payload.len() + AES_256_GCM_SIV.tag_len());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(payload);
        let tag = self
            .cipher
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context),
                &mut sealed[NONCE_LEN..],
            )
            .map_err(|_| SealingError)?;
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Decrypts the output of [`seal`](Self::seal).
    ///
    /// # Errors
    /// [`SealingError`] when it was changed, or was sealed with another key or context.
    pub fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Vec<u8>, SealingError> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealingError)?;
        let mut payload = ciphertext.to_vec();
        let length = self
            .cipher
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut payload)
            .map_err(|_| SealingError)?
            .len();
        payload.truncate(length);
        Ok(payload)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKey").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The data cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the data was not sealed with this key for this purpose, or it was changed")]
pub struct SealingError;

const KEY_BYTES: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedBytes;

    fn key(byte: u8) -> SealingKey {
        SealingKey::from_bytes(KeyId::from_bytes([byte; 8]), &[byte; KEY_BYTES]).unwrap()
    }

    #[test]
    fn sealed_data_opens_only_with_the_same_key_and_context() {
        let sealed = key(1).seal(b"payload", b"us", &FixedBytes).unwrap();
        assert_eq!(key(1).open(&sealed, b"us").unwrap(), b"payload");
        assert_eq!(key(1).open(&sealed, b"eu"), Err(SealingError));
        assert_eq!(key(2).open(&sealed, b"us"), Err(SealingError));
        assert!(!sealed.windows(7).any(|window| window == b"payload"));
    }

    #[test]
    fn every_flipped_bit_and_every_truncation_is_refused() {
        let sealed = key(1).seal(b"payload", b"us", &FixedBytes).unwrap();
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                assert!(key(1).open(&changed, b"us").is_err());
            }
            assert!(key(1).open(&sealed[..at], b"us").is_err());
        }
    }

    #[test]
    fn a_key_has_32_bytes() {
        let made = SealingKey::generate(&FixedBytes);
        assert_eq!(made.as_slice(), [7; KEY_BYTES]);
        assert!(SealingKey::from_bytes(KeyId::from_bytes([0; 8]), &made[1..]).is_err());
    }
}
