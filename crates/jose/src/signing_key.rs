//! One signing key: its private part, ready to sign, and its public part, ready to verify and to publish.
//!
//! This module decides how a token is signed. It must not know which key signs which token, or how keys are stored.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use thiserror::Error;
use zeroize::Zeroizing;

use crate::signer::Signer;
use crate::{Algorithm, PublicJwk, VerifyingKey};

/// A signing key that is ready for use. Its key id is its RFC 7638 thumbprint.
pub struct SigningKey {
    kid: String,
    signer: Signer,
    verifying: VerifyingKey,
}

/// The first part of the tokens of one key and one type, made by [`SigningKey::header`].
#[derive(Debug, Clone)]
pub struct ProtectedHeader(String);

impl SigningKey {
    /// Generates a private key and returns it as a PKCS#8 document. For RSA this takes up to a second.
    ///
    /// # Errors
    /// [`SigningKeyError::Generation`] when the library fails.
    pub fn generate_pkcs8(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, SigningKeyError> {
        Signer::generate_pkcs8(algorithm).map_err(|_| SigningKeyError::Generation)
    }

    /// Parses a PKCS#8 document.
    ///
    /// # Errors
    /// [`SigningKeyError::Rejected`] when it is not a private key for `algorithm`.
    pub fn from_pkcs8(algorithm: Algorithm, document: &[u8]) -> Result<Self, SigningKeyError> {
        let signer = Signer::from_pkcs8(algorithm, document).ok_or(SigningKeyError::Rejected)?;
        let public = signer.public();
        let kid = public.thumbprint();
        let jwk = PublicJwk::new(public, kid.clone(), algorithm);
        let verifying = VerifyingKey::new(jwk).ok_or(SigningKeyError::Rejected)?;
        Ok(Self { kid, signer, verifying })
    }

    /// The key id.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public part.
    #[must_use]
    pub fn verifying(&self) -> &VerifyingKey {
        &self.verifying
    }

    /// The header of this key's tokens of type `typ`, for [`Self::sign`].
    #[must_use]
    pub fn header(&self, typ: &str) -> ProtectedHeader {
        let (alg, kid) = (self.verifying.algorithm(), &self.kid);
        ProtectedHeader(URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"{typ}","alg":"{alg}","kid":"{kid}"}}"#)))
    }

    /// Signs `payload` as a compact JWS (RFC 7515 §7.1). `header` must be one of this key.
    ///
    /// # Errors
    /// [`SigningKeyError::Signing`] when the library fails.
    pub fn sign(&self, header: &ProtectedHeader, payload: &[u8]) -> Result<String, SigningKeyError> {
        let mut jws = String::with_capacity(header.0.len() + payload.len() * 4 / 3 + LONGEST_USUAL_SIGNATURE);
        jws.push_str(&header.0);
        jws.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut jws);
        let signature = self.signer.sign(jws.as_bytes()).map_err(|_| SigningKeyError::Signing)?;
        jws.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut jws);
        Ok(jws)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.verifying.algorithm())
            .finish_non_exhaustive()
    }
}

/// Why a key is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SigningKeyError {
    /// The key could not be generated.
    #[error("a signing key could not be generated")]
    Generation,
    /// The document is not a private key for its algorithm.
    #[error("a signing key could not be read")]
    Rejected,
    /// Signing failed.
    #[error("a token could not be signed")]
    Signing,
}

/// Of a 2048-bit RSA key, encoded, with the two dots.
const LONGEST_USUAL_SIGNATURE: usize = 360;

#[cfg(test)]
mod tests {
    use crate::CompactJws;

    use super::*;

    #[test]
    fn each_algorithm_verifies_its_own_signatures_only() {
        for algorithm in Algorithm::ALL {
            let document = SigningKey::generate_pkcs8(algorithm).unwrap();
            let key = SigningKey::from_pkcs8(algorithm, &document).unwrap();
            let token = key.sign(&key.header("JWT"), b"{}").unwrap();
            let jws = CompactJws::parse(&token).unwrap();
            assert_eq!(jws.header.alg, algorithm.as_str());
            assert_eq!(jws.header.kid.as_deref(), Some(key.kid()));
            assert!(jws.is_signed_by(key.verifying()), "{algorithm}");
            assert!(!key.verifying().verifies(b"other", &jws.signature), "{algorithm}");
        }
    }

    #[test]
    fn a_key_of_one_kind_is_not_opened_as_another() {
        let document = SigningKey::generate_pkcs8(Algorithm::Es256).unwrap();
        assert!(SigningKey::from_pkcs8(Algorithm::EdDsa, &document).is_err());
        assert!(SigningKey::from_pkcs8(Algorithm::Es384, &document).is_err());
    }

    #[test]
    fn debug_does_not_show_the_private_part() {
        let document = SigningKey::generate_pkcs8(Algorithm::EdDsa).unwrap();
        let key = SigningKey::from_pkcs8(Algorithm::EdDsa, &document).unwrap();
        assert_eq!(
            format!("{key:?}"),
            format!("SigningKey {{ kid: {:?}, algorithm: EdDsa, .. }}", key.kid())
        );
    }
}
