//! All claims of a token, parsed on first use: most services never read them.

use std::sync::OnceLock;

use serde_json::{Map, Value};

/// All claims as a JSON object.
pub(crate) struct RawClaims {
    json: Vec<u8>,
    members: OnceLock<Map<String, Value>>,
    /// The length of a response that is not part of the token itself.
    response_bytes: usize,
}

impl RawClaims {
    /// A JWT's payload, which must be a JSON object.
    pub(crate) fn from_json(json: Vec<u8>) -> Self {
        Self { json, members: OnceLock::new(), response_bytes: 0 }
    }

    /// The members of a response of this length.
    pub(crate) fn from_response(members: Map<String, Value>, response_bytes: usize) -> Self {
        Self { json: Vec::new(), members: members.into(), response_bytes }
    }

    pub(crate) fn response_bytes(&self) -> usize {
        self.response_bytes
    }

    pub(crate) fn members(&self) -> &Map<String, Value> {
        self.members.get_or_init(|| serde_json::from_slice(&self.json).unwrap_or_default())
    }
}
