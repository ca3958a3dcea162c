//! Public keys and key sets as JSON (RFC 7517).
//!
//! The members are an allow-list: these types cannot hold a private member.
//! This module must not know how keys are generated, stored or used.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::{Algorithm, PublicKeyMaterial};

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
}
