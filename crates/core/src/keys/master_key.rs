//! The master key: what it encrypts, and the keys derived from it. It is never stored in the database.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::{hkdf, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_protocol::{ClientSecret, PresentedSecret};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::clock::{Randomness, random_bytes};
use crate::model::SecretLookup;

/// 256 random bits from which every long-lived symmetric key of a store is derived.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Generates a new key.
    #[must_use]
    pub fn generate(randomness: &dyn Randomness) -> Self {
        let mut bytes = Zeroizing::new([0; 32]);
        randomness.fill(&mut *bytes);
        Self(bytes)
    }

    /// Parses the text form: `jtnmk_` and 43 base64url characters. Surrounding whitespace and a byte order mark are
    /// ignored.
    ///
    /// # Errors
    /// [`MasterKeyError::Malformed`] for anything else.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim_start_matches('\u{feff}').trim();
        let encoded = text.strip_prefix(PREFIX).ok_or(MasterKeyError::Malformed)?;
        let mut bytes = Zeroizing::new([0; 32]);
        match URL_SAFE_NO_PAD.decode_slice(encoded, &mut *bytes) {
            Ok(32) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(MasterKeyError::Malformed),
        }
    }

    /// The text form, for its file only.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(*self.0)))
    }

    /// The value that the store keeps to detect a wrong master key. It does not reveal the key.
    #[must_use]
    pub fn check_value(&self) -> [u8; 32] {
        *self.derive(b"jeton check v1")
    }

    /// Computes the lookups of generated secrets, in a store whose master key was never replaced.
    #[must_use]
    pub fn secret_indexer(&self) -> SecretIndexer {
        SecretIndexer::of(&*self.lookup_key())
    }

    /// The key of the lookups. It is stored when this master key is replaced.
    #[must_use]
    pub(crate) fn lookup_key(&self) -> Zeroizing<[u8; 32]> {
        self.derive(b"jeton secret lookup v1")
    }

    /// Encrypts the private parts of signing keys.
    #[must_use]
    pub fn private_key_sealer(&self) -> PrivateKeySealer {
        PrivateKeySealer(self.derive(b"jeton private keys v1"))
    }

    fn derive(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut derived = Zeroizing::new([0; 32]);
        let filled = hkdf::Salt::new(hkdf::HKDF_SHA256, b"jeton")
            .extract(&*self.0)
            .expand(&[purpose], hkdf::HKDF_SHA256)
            .and_then(|material| material.fill(&mut *derived));
        // HKDF fails only for outputs longer than 255 blocks (RFC 5869 §2.3); this one is a single block.
        debug_assert!(filled.is_ok());
        derived
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(..)")
    }
}

/// Computes the keyed lookups of generated secrets.
#[derive(Clone)]
pub struct SecretIndexer(hmac::Key);

impl SecretIndexer {
    /// An indexer that uses this key.
    #[must_use]
    pub(crate) fn of(key: &[u8]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    /// The lookup of a secret that was just generated.
    #[must_use]
    pub fn lookup(&self, secret: &ClientSecret) -> SecretLookup {
        self.digest(secret.expose())
    }

    /// The lookup of a presented secret.
    #[must_use]
    pub fn presented_lookup(&self, secret: &PresentedSecret) -> SecretLookup {
        self.digest(secret.expose())
    }

    fn digest(&self, secret: &str) -> SecretLookup {
        let tag = hmac::sign(&self.0, secret.as_bytes());
        let mut lookup = [0; 16];
        lookup.copy_from_slice(&tag.as_ref()[..16]);
        SecretLookup(lookup)
    }
}

impl fmt::Debug for SecretIndexer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretIndexer(..)")
    }
}

/// Encrypts private keys with AES-256-GCM. The output is nonce, ciphertext, tag, bound to `context`.
#[derive(Clone)]
pub struct PrivateKeySealer(Zeroizing<[u8; 32]>);

impl PrivateKeySealer {
    /// Encrypts a private key for the store.
    ///
    /// # Errors
    /// [`MasterKeyError::Unsealable`] if the cipher fails, which does not happen for the lengths that keys have.
    pub fn seal(
        &self,
        private_key: &[u8],
        context: &str,
        randomness: &dyn Randomness,
    ) -> Result<Vec<u8>, MasterKeyError> {
        let nonce: [u8; NONCE_LEN] = random_bytes(randomness);
        let mut sealed = nonce.to_vec();
        let mut ciphertext = private_key.to_vec();
        self.cipher()?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(context.as_bytes()),
                &mut ciphertext,
            )
            .map_err(|_| MasterKeyError::Unsealable)?;
        sealed.append(&mut ciphertext);
        Ok(sealed)
    }

    /// Decrypts a private key from the store.
    ///
    /// # Errors
    /// [`MasterKeyError::Unsealable`] when it was encrypted with another master key or context, or was changed.
    pub fn open(&self, sealed: &[u8], context: &str) -> Result<Zeroizing<Vec<u8>>, MasterKeyError> {
        let (nonce, ciphertext) =
            sealed.split_first_chunk::<NONCE_LEN>().ok_or(MasterKeyError::Unsealable)?;
        let mut buffer = Zeroizing::new(ciphertext.to_vec());
        let length = self
            .cipher()?
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context.as_bytes()), &mut buffer)
            .map_err(|_| MasterKeyError::Unsealable)?
            .len();
        buffer.truncate(length);
        Ok(buffer)
    }

    fn cipher(&self) -> Result<LessSafeKey, MasterKeyError> {
        UnboundKey::new(&AES_256_GCM, &*self.0).map(LessSafeKey::new).map_err(|_| MasterKeyError::Unsealable)
    }
}

impl fmt::Debug for PrivateKeySealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKeySealer(..)")
    }
}

/// What is wrong with a master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum MasterKeyError {
    /// The text is not a master key.
    #[error("the text is not a master key: expected jtnmk_ and 43 characters")]
    Malformed,
    /// It does not decrypt the keys in the store.
    #[error("the master key is wrong: another one encrypted the keys in this store")]
    Unsealable,
}

const PREFIX: &str = "jtnmk_";

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Counting;

    impl Randomness for Counting {
        fn fill(&self, bytes: &mut [u8]) {
            for (index, byte) in bytes.iter_mut().enumerate() {
                *byte = u8::try_from(index % 251).unwrap();
            }
        }
    }

    #[test]
    fn the_text_form_reads_back_as_the_same_key() {
        let key = MasterKey::generate(&Counting);
        let again = MasterKey::parse(&format!("{}\n", *key.to_text())).unwrap();
        assert_eq!(key.check_value(), again.check_value());
    }

    #[test]
    fn space_and_a_byte_order_mark_around_the_text_form_are_ignored() {
        let key = MasterKey::generate(&Counting);
        for (before, after) in [("\u{feff}", "\r\n"), ("\u{feff} ", ""), (" \n", " ")] {
            let again = MasterKey::parse(&format!("{before}{}{after}", *key.to_text())).unwrap();
            assert_eq!(key.check_value(), again.check_value());
        }
        assert!(MasterKey::parse(&format!("jtnmk_\u{feff}{}", &key.to_text()[6..])).is_err());
    }

    #[test]
    fn a_sealed_key_opens_only_under_the_same_key_and_context() {
        let sealer = MasterKey::generate(&Counting).private_key_sealer();
        let secret_box = sealer.seal(b"private", "us/ES256", &Counting).unwrap();
        assert_eq!(sealer.open(&secret_box, "us/ES256").unwrap().as_slice(), b"private");
        assert!(sealer.open(&secret_box, "eu/ES256").is_err());
        let other = MasterKey(Zeroizing::new([9; 32])).private_key_sealer();
        assert!(other.open(&secret_box, "us/ES256").is_err());
        assert!(!secret_box.windows(7).any(|window| window == b"private"));
    }

    #[test]
    fn neither_debug_nor_the_check_value_shows_the_key() {
        let key = MasterKey::generate(&Counting);
        assert_eq!(format!("{key:?}"), "MasterKey(..)");
        assert_ne!(key.check_value(), *key.0);
    }
}
