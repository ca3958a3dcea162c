//! The private part of a signing key: generate, open and sign with each algorithm.
//!
//! Key generation and ECDSA nonces use the randomness of the cryptographic library. It cannot be passed in, and it must
//! not be predictable even in a test.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::{Algorithm, PublicKeyMaterial};

/// A private key with its algorithm.
pub(crate) enum Signer {
    Ecdsa(EcdsaKeyPair, &'static str),
    Ed25519(Ed25519KeyPair),
    Rsa(rsa::KeyPair, &'static dyn RsaEncoding),
}

/// What an algorithm needs to sign.
enum Scheme {
    Ecdsa { curve: &'static str, signing: &'static EcdsaSigningAlgorithm },
    Ed25519,
    Rsa(&'static dyn RsaEncoding),
}

impl Scheme {
    fn of(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Es256 => Self::Ecdsa { curve: "P-256", signing: &ECDSA_P256_SHA256_FIXED_SIGNING },
            Algorithm::Es384 => Self::Ecdsa { curve: "P-384", signing: &ECDSA_P384_SHA384_FIXED_SIGNING },
            Algorithm::Es512 => Self::Ecdsa { curve: "P-521", signing: &ECDSA_P521_SHA512_FIXED_SIGNING },
            Algorithm::EdDsa => Self::Ed25519,
            Algorithm::Rs256 => Self::Rsa(&RSA_PKCS1_SHA256),
            Algorithm::Rs384 => Self::Rsa(&RSA_PKCS1_SHA384),
            Algorithm::Rs512 => Self::Rsa(&RSA_PKCS1_SHA512),
            Algorithm::Ps256 => Self::Rsa(&RSA_PSS_SHA256),
            Algorithm::Ps384 => Self::Rsa(&RSA_PSS_SHA384),
            Algorithm::Ps512 => Self::Rsa(&RSA_PSS_SHA512),
        }
    }
}

impl Signer {
    /// A new private key as a PKCS#8 document. RSA keys have 2048 bits.
    pub(crate) fn generate_pkcs8(algorithm: Algorithm) -> Result<Zeroizing<Vec<u8>>, Unspecified> {
        let document = match Scheme::of(algorithm) {
            Scheme::Ecdsa { signing, .. } => {
                EcdsaKeyPair::generate_pkcs8(signing, &SystemRandom::new())?.as_ref().to_vec()
            }
            Scheme::Ed25519 => Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())?.as_ref().to_vec(),
            Scheme::Rsa(_) => rsa::KeyPair::generate(rsa::KeySize::Rsa2048)?.as_der()?.as_ref().to_vec(),
        };
        Ok(Zeroizing::new(document))
    }

    /// `None` if the PKCS#8 document is not a private key for `algorithm`.
    pub(crate) fn from_pkcs8(algorithm: Algorithm, document: &[u8]) -> Option<Self> {
        match Scheme::of(algorithm) {
            Scheme::Ecdsa { curve, signing } => {
                EcdsaKeyPair::from_pkcs8(signing, document).ok().map(|key| Self::Ecdsa(key, curve))
            }
            Scheme::Ed25519 => Ed25519KeyPair::from_pkcs8(document).ok().map(Self::Ed25519),
            Scheme::Rsa(encoding) => {
                rsa::KeyPair::from_pkcs8(document).ok().map(|key| Self::Rsa(key, encoding))
            }
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Unspecified> {
        let random = SystemRandom::new();
        match self {
            Self::Ecdsa(key, _) => key.sign(&random, message).map(|signature| signature.as_ref().to_vec()),
            Self::Ed25519(key) => key.try_sign(message).map(|signature| signature.as_ref().to_vec()),
            Self::Rsa(key, encoding) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(*encoding, &random, message, &mut signature).map(|()| signature)
            }
        }
    }

    pub(crate) fn public(&self) -> PublicKeyMaterial {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Ecdsa(key, curve) => {
                // An uncompressed point (SEC 1 §2.3.3): 0x04, then x and y of equal length.
                let point = key.public_key().as_ref();
                let (x, y) = point[1..].split_at((point.len() - 1) / 2);
                PublicKeyMaterial::Ec { crv: (*curve).to_owned(), x: encode(x), y: encode(y) }
            }
            Self::Ed25519(key) => {
                PublicKeyMaterial::Okp { crv: "Ed25519".to_owned(), x: encode(key.public_key().as_ref()) }
            }
            Self::Rsa(key, _) => PublicKeyMaterial::Rsa {
                n: encode(key.public_key().modulus().big_endian_without_leading_zero()),
                e: encode(key.public_key().exponent().big_endian_without_leading_zero()),
            },
        }
    }
}
