//! All claims of a token, parsed on first use: most services never read them.

use std::sync::OnceLock;

use serde_json::{Map, Value};

/// All claims as a JSON object.
pub(crate) struct RawClaims {
    json: Vec<u8>,
    members: OnceLock<Map<String, Value>>,
}

impl RawClaims {
    /// A JWT's payload, which must be a JSON object.
    pub(crate) fn from_json(json: Vec<u8>) -> Self {
        Self { json, members: OnceLock::new() }
    }

    pub(crate) fn from_members(members: Map<String, Value>) -> Self {
        Self { json: Vec::new(), members: members.into() }
    }

    pub(crate) fn members(&self) -> &Map<String, Value> {
        self.members.get_or_init(|| serde_json::from_slice(&self.json).unwrap_or_default())
    }
}
