//! A public key with the only algorithm that it is used with.
//!
//! The key determines the algorithm, never the token (RFC 8725 §3.1). `none` and HMAC are not supported.

use std::fmt;

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED, ED25519, ParsedPublicKey,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaPublicKeyComponents,
    VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Algorithm, PublicJwk, PublicKeyMaterial};

/// A public key, ready to verify signatures.
pub struct VerifyingKey {
    jwk: PublicJwk,
    algorithm: Algorithm,
    verifier: ParsedPublicKey,
}

impl VerifyingKey {
    /// `None` if the key is not for signatures, if its type or size is not supported, or if its `alg` does not fit its
    /// type.
    #[must_use]
    pub fn new(jwk: PublicJwk) -> Option<Self> {
        if !jwk.is_for_signatures() {
            return None;
        }
        let algorithm = match jwk.alg.as_deref() {
            Some(alg) => Algorithm::from_alg(alg).filter(|algorithm| jwk.key.fits(*algorithm))?,
            None => jwk.key.default_algorithm()?,
        };
        let verifier = ParsedPublicKey::new(verification(algorithm), public_bytes(&jwk.key)?).ok()?;
        Some(Self { jwk, algorithm, verifier })
    }

    /// The key as published.
    #[must_use]
    pub fn jwk(&self) -> &PublicJwk {
        &self.jwk
    }

    /// The key id.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.jwk.kid.as_deref()
    }

    /// The only algorithm that this key is used with, whatever a token's header says.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether a token header may combine this algorithm with this key.
    #[must_use]
    pub fn is_for(&self, alg: &str) -> bool {
        Algorithm::from_alg(alg) == Some(self.algorithm)
    }

    /// Whether `signature` is a valid signature of this key over `message`, with this key's algorithm.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.verifier.verify_sig(message, signature).is_ok()
    }

    /// Whether both the key and its id are the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.jwk == other.jwk
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey")
            .field("kid", &self.kid())
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

fn verification(algorithm: Algorithm) -> &'static dyn VerificationAlgorithm {
    match algorithm {
        Algorithm::Es256 => &ECDSA_P256_SHA256_FIXED,
        Algorithm::Es384 => &ECDSA_P384_SHA384_FIXED,
        Algorithm::Es512 => &ECDSA_P521_SHA512_FIXED,
        Algorithm::EdDsa => &ED25519,
        Algorithm::Rs256 => &RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Rs384 => &RSA_PKCS1_2048_8192_SHA384,
        Algorithm::Rs512 => &RSA_PKCS1_2048_8192_SHA512,
        Algorithm::Ps256 => &RSA_PSS_2048_8192_SHA256,
        Algorithm::Ps384 => &RSA_PSS_2048_8192_SHA384,
        Algorithm::Ps512 => &RSA_PSS_2048_8192_SHA512,
    }
}

/// The key in the format of the cryptographic library.
fn public_bytes(material: &PublicKeyMaterial) -> Option<Vec<u8>> {
    let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
    match material {
        PublicKeyMaterial::Ec { crv, x, y } => {
            let size = match crv.as_str() {
                "P-256" => 32,
                "P-384" => 48,
                _ => 66,
            };
            let (x, y) = (decode(x)?, decode(y)?);
            // Require the full field size: otherwise bytes of one coordinate could become part of the other (RFC 7518
            // §6.2.1.2).
            (x.len() == size && y.len() == size).then(|| [[4].as_slice(), &x, &y].concat())
        }
        PublicKeyMaterial::Okp { x, .. } => decode(x),
        PublicKeyMaterial::Rsa { n, e } => {
            let (n, e) = (decode(n)?, decode(e)?);
            // RFC 7518 §3.3 requires at least 2048 bits. More than 8192 bits would only make verification slow.
            if !(256..=1024).contains(&n.len()) {
                return None;
            }
            RsaPublicKeyComponents { n, e }.as_der().ok().map(|der| der.as_ref().to_vec())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(json: &str) -> Option<VerifyingKey> {
        serde_json::from_str::<PublicJwk>(json).ok().and_then(VerifyingKey::new)
    }

    /// The key of RFC 7515 Appendix A.3, with additional members.
    fn p256(more: &str) -> String {
        format!(
            r#"{{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"{more}}}"#
        )
    }

    #[test]
    fn a_key_without_an_algorithm_uses_that_of_its_curve() {
        let key = key(&p256("")).unwrap();
        assert!(key.is_for("ES256"));
        for other in ["ES384", "RS256", "HS256", "none", "es256"] {
            assert!(!key.is_for(other), "{other}");
        }
    }

    #[test]
    fn the_signature_of_rfc_7515_verifies() {
        let key = key(&p256(r#","kid":"1","use":"sig","alg":"ES256""#)).unwrap();
        let message = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let signature =
            "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert!(key.verifies(message.as_bytes(), &signature));
        assert!(!key.verifies(b"other", &signature));
    }

    #[test]
    fn a_key_for_another_purpose_is_rejected() {
        for more in [r#","use":"enc""#, r#","key_ops":["encrypt"]"#, r#","alg":"ES384""#, r#","alg":"HS256""#]
        {
            assert!(key(&p256(more)).is_none(), "{more}");
        }
        assert!(key(r#"{"kty":"oct","k":"c2VjcmV0","alg":"HS256"}"#).is_none());
        assert!(key(r#"{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}"#).is_none());
        assert!(key(r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#).is_none(), "too small");
    }
}
