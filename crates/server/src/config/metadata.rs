//! `[metadata]`: what the discovery document (RFC 8414 §2) says beyond what works.
//!
//! Must not know the document.

use jeton_protocol::ScopeName;
use serde::{Deserialize, Deserializer, de::Error};

/// What the discovery document says beyond what works.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetadataConfig {
    /// `scopes_supported`; left out of the document where it is empty.
    #[serde(deserialize_with = "scopes")]
    pub scopes: Vec<ScopeName>,
}

fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ScopeName>, D::Error> {
    let read = |scope: String| {
        scope.parse::<ScopeName>().map_err(|_| {
            D::Error::custom(format!(
                "has {scope:?}, which is not one scope; write such as [\"read:me\", \"write:me\"]"
            ))
        })
    };
    Vec::<String>::deserialize(deserializer)?.into_iter().map(read).collect()
}
