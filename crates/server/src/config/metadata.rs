//! `[metadata]`: additional members of the discovery document (RFC 8414 §2).
//!
//! Must not know the document.

use jeton_protocol::ScopeName;
use serde::{Deserialize, Deserializer, de::Error};

/// Additional members of the discovery document.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MetadataConfig {
    /// `scopes_supported`; omitted from the document if it is empty.
    #[serde(deserialize_with = "scopes")]
    pub scopes: Vec<ScopeName>,
}

fn scopes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ScopeName>, D::Error> {
    let read = |scope: String| {
        scope.parse::<ScopeName>().map_err(|_| {
            D::Error::custom(format!(
                "contains {scope:?}, which is not a single scope; use, for example, [\"read:me\", \"write:me\"]"
            ))
        })
    };
    Vec::<String>::deserialize(deserializer)?.into_iter().map(read).collect()
}
