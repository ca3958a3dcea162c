//! One signing key: its private part, ready to sign, and its public part, ready to verify and to publish.
//!
//! Key generation and ECDSA nonces use the randomness of the cryptographic library. It cannot be passed in, and it must
//! not be predictable even in a test.

use std::fmt;

use aws_lc_rs::digest;
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, ED25519, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RSA_PSS_2048_8192_SHA256, RSA_PSS_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jeton_protocol::{PublicJwk, PublicKeyMaterial};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::model::{Algorithm, KeyId};

/// A signing key that is ready for use.
pub struct KeyPair {
    id: KeyId,
    algorithm: Algorithm,
    signer: Signer,
    verifier: ParsedPublicKey,
    jwk: PublicJwk,
    protected_header: String,
}

enum Signer {
    Ecdsa(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(rsa::KeyPair),
}

impl KeyPair {
    /// Generates a private key and returns it as a PKCS#8 document. For RSA this takes up to a second.
    ///
    /// # Errors
    /// [`KeyPairError::Generation`] when the library fails.
    pub fn generate_pkcs8(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, KeyPairError> {
        let generated = match algorithm {
            Algorithm::Es256 => {
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
                    .map(|document| document.as_ref().to_vec())
            }
            Algorithm::Es384 => {
                EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &SystemRandom::new())
                    .map(|document| document.as_ref().to_vec())
            }
            Algorithm::EdDsa => Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
                .map(|document| document.as_ref().to_vec()),
            Algorithm::Rs256 | Algorithm::Ps256 => rsa::KeyPair::generate(rsa::KeySize::Rsa2048)
                .and_then(|key| key.as_der().map(|document| document.as_ref().to_vec())),
        };
        generated.map(Zeroizing::new).map_err(|_| KeyPairError::Generation)
    }

    /// Parses a PKCS#8 document.
    ///
    /// # Errors
    /// [`KeyPairError::Rejected`] when it is not a private key for `algorithm`.
    pub fn from_pkcs8(algorithm: Algorithm, document: &[u8]) -> Result<Self, KeyPairError> {
        let signer = Signer::open(algorithm, document)?;
        let verifier = signer.verifier(algorithm)?;
        let parameters = signer.public_parameters(algorithm);
        let id = thumbprint(&parameters);
        let jwk = PublicJwk::new(parameters, id.to_string(), algorithm.to_string());
        let protected_header = protected_header("at+jwt", algorithm, &id);
        Ok(Self { id, algorithm, signer, verifier, jwk, protected_header })
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
        &self.jwk
    }

    /// Signs `payload` as a compact JWS (RFC 7515 §7.1) of type `at+jwt` (RFC 9068 §2.1).
    ///
    /// # Errors
    /// [`KeyPairError::Signing`] when the library fails.
    pub fn sign(&self, payload: &[u8]) -> Result<String, KeyPairError> {
        self.jws(&self.protected_header, payload)
    }

    /// Signs `payload` as a compact JWS of type `typ`.
    ///
    /// # Errors
    /// [`KeyPairError::Signing`] when the library fails.
    pub fn sign_as(&self, typ: &str, payload: &[u8]) -> Result<String, KeyPairError> {
        self.jws(&protected_header(typ, self.algorithm, &self.id), payload)
    }

    fn jws(&self, protected_header: &str, payload: &[u8]) -> Result<String, KeyPairError> {
        let mut jws = String::with_capacity(protected_header.len() + payload.len() * 4 / 3 + 360);
        jws.push_str(protected_header);
        jws.push('.');
        URL_SAFE_NO_PAD.encode_string(payload, &mut jws);
        let signature = self.signer.sign(self.algorithm, jws.as_bytes())?;
        jws.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut jws);
        Ok(jws)
    }

    /// Whether `signature` is a valid signature of this key over `message`, with this key's algorithm.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifier.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair")
            .field("id", &self.id)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

impl Signer {
    fn open(algorithm: Algorithm, document: &[u8]) -> Result<Self, KeyPairError> {
        let opened = match algorithm {
            Algorithm::Es256 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document).map(Self::Ecdsa)
            }
            Algorithm::Es384 => {
                EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, document).map(Self::Ecdsa)
            }
            Algorithm::EdDsa => Ed25519KeyPair::from_pkcs8(document).map(Self::Ed25519),
            Algorithm::Rs256 | Algorithm::Ps256 => rsa::KeyPair::from_pkcs8(document).map(Self::Rsa),
        };
        opened.map_err(|_| KeyPairError::Rejected)
    }

    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, KeyPairError> {
        let random = SystemRandom::new();
        let signed = match self {
            Self::Ecdsa(key) => key.sign(&random, message).map(|signature| signature.as_ref().to_vec()),
            Self::Ed25519(key) => key.try_sign(message).map(|signature| signature.as_ref().to_vec()),
            Self::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                let encoding =
                    if algorithm == Algorithm::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                key.sign(encoding, &random, message, &mut signature).map(|()| signature)
            }
        };
        signed.map_err(|_| KeyPairError::Signing)
    }

    fn verifier(&self, algorithm: Algorithm) -> Result<ParsedPublicKey, KeyPairError> {
        let public = match self {
            Self::Ecdsa(key) => key.public_key().as_ref(),
            Self::Ed25519(key) => key.public_key().as_ref(),
            Self::Rsa(key) => key.public_key().as_ref(),
        };
        match algorithm {
            Algorithm::Es256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public),
            Algorithm::Es384 => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, public),
            Algorithm::EdDsa => ParsedPublicKey::new(&ED25519, public),
            Algorithm::Rs256 => ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public),
            Algorithm::Ps256 => ParsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, public),
        }
        .map_err(|_| KeyPairError::Rejected)
    }

    fn public_parameters(&self, algorithm: Algorithm) -> PublicKeyMaterial {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Ecdsa(key) => {
                // An uncompressed point (SEC 1 §2.3.3): 0x04, then x and y of equal length.
                let point = key.public_key().as_ref();
                let (x, y) = point[1..].split_at((point.len() - 1) / 2);
                let crv = if algorithm == Algorithm::Es384 { "P-384" } else { "P-256" };
                PublicKeyMaterial::Ec { crv: crv.to_owned(), x: encode(x), y: encode(y) }
            }
            Self::Ed25519(key) => {
                PublicKeyMaterial::Okp { crv: "Ed25519".to_owned(), x: encode(key.public_key().as_ref()) }
            }
            Self::Rsa(key) => PublicKeyMaterial::Rsa {
                n: encode(key.public_key().modulus().big_endian_without_leading_zero()),
                e: encode(key.public_key().exponent().big_endian_without_leading_zero()),
            },
        }
    }
}

fn protected_header(typ: &str, algorithm: Algorithm, id: &KeyId) -> String {
    URL_SAFE_NO_PAD.encode(format!(r#"{{"typ":"{typ}","alg":"{algorithm}","kid":"{id}"}}"#))
}

/// RFC 7638 §3 with SHA-256.
fn thumbprint(parameters: &PublicKeyMaterial) -> KeyId {
    let digest = digest::digest(&digest::SHA256, parameters.thumbprint_input().as_bytes());
    KeyId::from_stored(URL_SAFE_NO_PAD.encode(digest))
}

/// Why a key is not usable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyPairError {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_algorithm_verifies_its_own_signatures_only() {
        for algorithm in Algorithm::ALL {
            let document = KeyPair::generate_pkcs8(algorithm).unwrap();
            let key = KeyPair::from_pkcs8(algorithm, &document).unwrap();
            let jws = key.sign(b"{}").unwrap();
            let (message, signature) = jws.rsplit_once('.').unwrap();
            let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
            assert!(key.verifies(message.as_bytes(), &signature), "{algorithm}");
            assert!(!key.verifies(b"other", &signature), "{algorithm}");
        }
    }

    #[test]
    fn a_key_of_one_kind_is_not_opened_as_another() {
        let document = KeyPair::generate_pkcs8(Algorithm::Es256).unwrap();
        assert!(KeyPair::from_pkcs8(Algorithm::EdDsa, &document).is_err());
        assert!(KeyPair::from_pkcs8(Algorithm::Es384, &document).is_err());
    }

    #[test]
    fn the_key_id_is_the_thumbprint_of_the_example_in_rfc_7638() {
        let parameters = PublicKeyMaterial::Rsa {
            n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw".to_owned(),
            e: "AQAB".to_owned(),
        };
        assert_eq!(thumbprint(&parameters).as_str(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
