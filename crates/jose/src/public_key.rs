//! The key material of a public key: its type and its members (RFC 7518 §6, RFC 8037 §2), its thumbprint (RFC 7638) and
//! the algorithms that it fits.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Algorithm;

/// The members that the key type requires; each value is unpadded base64url or a registered name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kty")]
pub enum PublicKeyMaterial {
    /// An elliptic curve point (RFC 7518 §6.2.1).
    #[serde(rename = "EC")]
    Ec {
        /// `P-256`, `P-384` or `P-521`.
        crv: String,
        /// The first coordinate.
        x: String,
        /// The second coordinate.
        y: String,
    },
    /// An Edwards curve point (RFC 8037 §2).
    #[serde(rename = "OKP")]
    Okp {
        /// `Ed25519`.
        crv: String,
        /// The point.
        x: String,
    },
    /// An RSA key (RFC 7518 §6.3.1).
    #[serde(rename = "RSA")]
    Rsa {
        /// The modulus.
        n: String,
        /// The exponent.
        e: String,
    },
}

impl PublicKeyMaterial {
    /// The thumbprint with SHA-256, in base64url (RFC 7638 §3).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, self.thumbprint_input().as_bytes()))
    }

    /// The canonical JSON that is hashed: only the required members, in lexicographic order, without white space.
    fn thumbprint_input(&self) -> String {
        // Do not rely on serde_json's map: it is unsorted if any crate enables `preserve_order`.
        let members: &[(&str, &str)] = match self {
            Self::Ec { crv, x, y } => &[("crv", crv), ("kty", "EC"), ("x", x), ("y", y)],
            Self::Okp { crv, x } => &[("crv", crv), ("kty", "OKP"), ("x", x)],
            Self::Rsa { n, e } => &[("e", e), ("kty", "RSA"), ("n", n)],
        };
        let members: Vec<_> =
            members.iter().map(|(name, value)| format!("\"{name}\":{}", Value::from(*value))).collect();
        format!("{{{}}}", members.join(","))
    }

    /// The algorithm for a key of this type that names none: that of its curve, or for RSA `RS256` (mandatory in RFC
    /// 9068 §2.1). `None` for an unsupported curve.
    #[must_use]
    pub fn default_algorithm(&self) -> Option<Algorithm> {
        match self {
            Self::Ec { crv, .. } => match crv.as_str() {
                "P-256" => Some(Algorithm::Es256),
                "P-384" => Some(Algorithm::Es384),
                "P-521" => Some(Algorithm::Es512),
                _ => None,
            },
            Self::Okp { crv, .. } => (crv == "Ed25519").then_some(Algorithm::EdDsa),
            Self::Rsa { .. } => Some(Algorithm::Rs256),
        }
    }

    /// Whether a key of this type can be used with this algorithm.
    #[must_use]
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        match algorithm {
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 | Algorithm::EdDsa => {
                self.default_algorithm() == Some(algorithm)
            }
            Algorithm::Rs256
            | Algorithm::Rs384
            | Algorithm::Rs512
            | Algorithm::Ps256
            | Algorithm::Ps384
            | Algorithm::Ps512 => matches!(self, Self::Rsa { .. }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ec() -> PublicKeyMaterial {
        PublicKeyMaterial::Ec { crv: "P-256".into(), x: "a".into(), y: "b".into() }
    }

    /// The example of RFC 7638 §3.1 with a shortened modulus.
    #[test]
    fn the_thumbprint_input_has_the_required_members_in_order() {
        let rsa = PublicKeyMaterial::Rsa { n: "0vx7".into(), e: "AQAB".into() };
        assert_eq!(rsa.thumbprint_input(), r#"{"e":"AQAB","kty":"RSA","n":"0vx7"}"#);
        assert_eq!(ec().thumbprint_input(), r#"{"crv":"P-256","kty":"EC","x":"a","y":"b"}"#);
        let okp = PublicKeyMaterial::Okp { crv: "Ed25519".into(), x: "a".into() };
        assert_eq!(okp.thumbprint_input(), r#"{"crv":"Ed25519","kty":"OKP","x":"a"}"#);
    }

    #[test]
    fn the_thumbprint_is_that_of_the_example_in_rfc_7638() {
        let parameters = PublicKeyMaterial::Rsa {
            n: "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw".to_owned(),
            e: "AQAB".to_owned(),
        };
        assert_eq!(parameters.thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
