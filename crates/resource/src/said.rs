//! All that an issuer says of a token, read only when somebody asks for it: most services never do.

use std::sync::OnceLock;

use serde_json::{Map, Value};

/// A JSON object.
pub(crate) struct Said {
    json: Vec<u8>,
    members: OnceLock<Map<String, Value>>,
}

impl Said {
    /// A JWT's payload, which was found to be an object.
    pub(crate) fn unread(json: Vec<u8>) -> Self {
        Self { json, members: OnceLock::new() }
    }

    pub(crate) fn read(members: Map<String, Value>) -> Self {
        Self { json: Vec::new(), members: members.into() }
    }

    pub(crate) fn members(&self) -> &Map<String, Value> {
        self.members.get_or_init(|| serde_json::from_slice(&self.json).unwrap_or_default())
    }
}
