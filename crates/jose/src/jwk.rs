//! Public keys as JSON (RFC 7517, RFC 7518 §6, RFC 8037 §2).
//!
//! The members are an allow-list: these types cannot hold a private member.
//! This module must not know how keys are generated, stored or used.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::Algorithm;

/// A published public key (RFC 7517 §4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicJwk {
    /// The key itself.
    #[serde(flatten)]
    pub key: PublicKeyMaterial,
    /// The key id in a token's header; for Jeton's own keys the RFC 7638 thumbprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// The only algorithm that the key is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    #[serde(rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_ops: Option<Vec<String>>,
}

impl PublicJwk {
    /// Creates a signature key (`use` is `sig`).
    #[must_use]
    pub fn new(key: PublicKeyMaterial, kid: String, alg: Algorithm) -> Self {
        let (alg, usage) = (Some(alg.as_str().to_owned()), Some("sig".to_owned()));
        Self { key, kid: Some(kid), alg, usage, key_ops: None }
    }

    /// Whether `use` and `key_ops`, if present, allow verifying signatures (RFC 7517 §4.2, §4.3).
    #[must_use]
    pub fn is_for_signatures(&self) -> bool {
        self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.key_ops.as_ref().is_none_or(|ops| ops.iter().any(|op| op == "verify"))
    }
}

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
}

/// A published key set (RFC 7517 §5).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JwkSet {
    /// The keys. Deserialising skips keys of an unknown type or for another use (RFC 7517 §5): an unusable key does not
    /// make the others unreadable.
    #[serde(deserialize_with = "signature_keys")]
    pub keys: Vec<PublicJwk>,
}

fn signature_keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PublicJwk>, D::Error> {
    let keys = Vec::<Value>::deserialize(deserializer)?;
    let keys = keys.into_iter().filter_map(|key| serde_json::from_value(key).ok());
    Ok(keys.filter(PublicJwk::is_for_signatures).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ec() -> PublicKeyMaterial {
        PublicKeyMaterial::Ec { crv: "P-256".into(), x: "a".into(), y: "b".into() }
    }

    #[test]
    fn a_key_has_its_public_members_and_no_others() {
        let written = serde_json::to_value(PublicJwk::new(ec(), "k".into(), Algorithm::Es256)).unwrap();
        assert_eq!(
            written,
            serde_json::json!({
                "kty": "EC", "crv": "P-256", "x": "a", "y": "b", "kid": "k", "alg": "ES256", "use": "sig"
            })
        );
    }

    #[test]
    fn a_private_member_is_dropped() {
        let text = r#"{"kty":"RSA","n":"n","e":"e","kid":"k","alg":"RS256","d":"private","p":"private"}"#;
        let key: PublicJwk = serde_json::from_str(text).unwrap();
        assert!(!serde_json::to_string(&key).unwrap().contains("private"));
    }

    #[test]
    fn keys_of_another_kind_are_skipped() {
        let text = r#"{"keys":[
            {"kty":"oct","k":"x","kid":"1","alg":"HS256"},
            {"kty":"OKP","crv":"Ed25519","x":"a","kid":"2","alg":"EdDSA","x5t":"unknown member"},
            {"kty":"OKP","crv":"Ed25519","x":"a","kid":"3","alg":"EdDSA","use":"enc"}
        ]}"#;
        let set: JwkSet = serde_json::from_str(text).unwrap();
        assert_eq!(set.keys.iter().map(|key| key.kid.as_deref()).collect::<Vec<_>>(), [Some("2")]);
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
