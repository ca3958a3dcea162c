//! `[metadata]`: what the discovery document (RFC 8414 §2) says beyond what works.
//!
//! Must not know the document.

use serde::{Deserialize, Deserializer, de::Error};

/// What the discovery document says beyond what works.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetadataConfig {
    /// `scopes_supported`; left out of the document where it is empty.
    #[serde(deserialize_with = "scopes")]
    pub scopes: Vec<String>,
}

fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let scopes = Vec::<String>::deserialize(deserializer)?;
    // RFC 6749 §3.3
    let allowed = |byte: u8| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    match scopes.iter().find(|scope| scope.is_empty() || !scope.bytes().all(allowed)) {
        Some(scope) => Err(D::Error::custom(format!(
            "has {scope:?}, which is not one scope; write such as [\"read:me\", \"write:me\"]"
        ))),
        None => Ok(scopes),
    }
}
