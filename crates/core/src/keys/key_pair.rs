//! A signing key of the region under its id: signs access tokens and other JWTs.
//!
//! This module decides which algorithms the server signs with and the type of its access tokens. Signing itself is in
//! [`jeton_jose`].

use jeton_jose::{CompactJws, ProtectedHeader, PublicJwk, SigningKey};
use zeroize::Zeroizing;

use crate::model::{Algorithm, KeyId};

pub use jeton_jose::SigningKeyError as KeyPairError;

/// A signing key that is ready for use.
#[derive(Debug)]
pub struct KeyPair {
    id: KeyId,
    algorithm: Algorithm,
    key: SigningKey,
    access_token_header: ProtectedHeader,
}

impl KeyPair {
    /// Generates a private key and returns it as a PKCS#8 document. For RSA this takes up to a second.
    ///
    /// # Errors
    /// [`KeyPairError::Generation`] when the library fails.
    pub fn generate_pkcs8(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, KeyPairError> {
        SigningKey::generate_pkcs8(signature_algorithm(algorithm))
    }

    /// Parses a PKCS#8 document.
    ///
    /// # Errors
    /// [`KeyPairError::Rejected`] when it is not a private key for `algorithm`.
    pub fn from_pkcs8(algorithm: Algorithm, document: &[u8]) -> Result<Self, KeyPairError> {
        let key = SigningKey::from_pkcs8(signature_algorithm(algorithm), document)?;
        let id = KeyId::from_stored(key.kid().to_owned());
        let access_token_header = key.header("at+jwt");
        Ok(Self { id, algorithm, key, access_token_header })
    }

    /// The RFC 7638 thumbprint, the `kid`.
    #[must_use]
    pub fn id(&self) -> &KeyId {
        &self.id
    }

    /// The only algorithm that this key is used with, whatever a token's header says.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public part.
    #[must_use]
    pub fn jwk(&self) -> &PublicJwk {
        self.key.verifying().jwk()
    }

    /// Signs `payload` as a compact JWS (RFC 7515 §7.1) of type `at+jwt` (RFC 9068 §2.1).
    ///
    /// # Errors
    /// [`KeyPairError::Signing`] when the library fails.
    pub fn sign(&self, payload: &[u8]) -> Result<String, KeyPairError> {
        self.key.sign(&self.access_token_header, payload)
    }

    /// Signs `payload` as a compact JWS of type `typ`.
    ///
    /// # Errors
    /// [`KeyPairError::Signing`] when the library fails.
    pub fn sign_as(&self, typ: &str, payload: &[u8]) -> Result<String, KeyPairError> {
        self.key.sign(&self.key.header(typ), payload)
    }

    /// Whether this key signed the token, with this key's algorithm.
    #[must_use]
    pub fn signed(&self, token: &CompactJws<'_>) -> bool {
        token.is_signed_by(self.key.verifying())
    }
}

/// The server signs with a part of the algorithms that exist.
fn signature_algorithm(algorithm: Algorithm) -> jeton_jose::Algorithm {
    match algorithm {
        Algorithm::Es256 => jeton_jose::Algorithm::Es256,
        Algorithm::Es384 => jeton_jose::Algorithm::Es384,
        Algorithm::EdDsa => jeton_jose::Algorithm::EdDsa,
        Algorithm::Rs256 => jeton_jose::Algorithm::Rs256,
        Algorithm::Ps256 => jeton_jose::Algorithm::Ps256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_has_the_same_name_as_the_signature_algorithm() {
        for algorithm in Algorithm::ALL {
            assert_eq!(signature_algorithm(algorithm).as_str(), algorithm.as_str());
        }
    }

    #[test]
    fn each_algorithm_signs_access_tokens_that_only_its_key_signed() {
        let open = |algorithm| {
            let document = KeyPair::generate_pkcs8(algorithm).unwrap();
            KeyPair::from_pkcs8(algorithm, &document).unwrap()
        };
        for algorithm in Algorithm::ALL {
            let key = open(algorithm);
            let token = key.sign(b"{}").unwrap();
            let jws = CompactJws::parse(&token).unwrap();
            assert_eq!(jws.header.typ.as_deref(), Some("at+jwt"));
            assert!(key.signed(&jws), "{algorithm}");
            assert!(!open(algorithm).signed(&jws), "{algorithm}");
        }
    }
}
