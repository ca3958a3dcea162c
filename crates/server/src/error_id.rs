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

    /// The tag that an error id begins with; nothing where the text is no error id.
    #[must_use]
    pub fn of(error_id: &str) -> Option<Self> {
        let is_word = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (tag, rest) = error_id.split_once('-')?;
        (is_word(tag) && is_word(rest) && error_id.len() <= LONGEST_ID).then(|| Self(tag.to_owned()))
    }
}

const LONGEST_ID: usize = 32;

impl fmt::Display for NodeTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
