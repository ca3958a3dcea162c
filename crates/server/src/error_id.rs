//! The ids by which callers and operators speak of one refusal.

use std::fmt;

use jeton_core::{Randomness, random_bytes};
use jeton_protocol::base62;

/// What this process begins its error ids with, so that one of several nodes is found by an id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeTag(String);

impl NodeTag {
    /// A tag for this process.
    #[must_use]
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self(base62::encode(&random_bytes::<3>(randomness)))
    }

    /// An id for one refusal: the tag, `-`, and 11 base62 characters.
    #[must_use]
    pub fn error_id(&self, randomness: &dyn Randomness) -> String {
        format!("{}-{}", self.0, base62::encode(&random_bytes::<8>(randomness)))
    }
}

impl fmt::Display for NodeTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
