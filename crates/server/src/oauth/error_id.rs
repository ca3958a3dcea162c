//! Error ids: callers and operators identify a refusal by its id.

use std::fmt;

use jeton_core::{Randomness, random_bytes};
use jeton_protocol::base62;

/// The prefix of the error ids of this process, which shows which of several nodes created an id.
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

    /// The tag that an error id begins with; `None` if the text is not an error id. The lengths are exact, so that few
    /// account names look like an error id.
    #[must_use]
    pub fn of(error_id: &str) -> Option<Self> {
        let is_word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let (tag, rest) = error_id.split_once('-')?;
        let has_lengths = tag.len() == TAG_CHARS && rest.len() == REST_CHARS;
        (has_lengths && is_word(tag) && is_word(rest)).then(|| Self(tag.to_owned()))
    }
}

/// Base62 of 3 bytes, and of 8.
const TAG_CHARS: usize = 5;
const REST_CHARS: usize = 11;

impl fmt::Display for NodeTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::system::SystemRandomness;

    #[test]
    fn an_error_id_begins_with_the_tag_of_its_node() {
        for _ in 0..100 {
            let tag = NodeTag::generate(&SystemRandomness);
            assert_eq!(NodeTag::of(&tag.error_id(&SystemRandomness)), Some(tag));
        }
    }

    #[test]
    fn account_names_are_not_error_ids() {
        for text in [
            "nightly",
            "fin-prod",
            "a-integration",
            "4xKq2-1pVb8RtZ0c",
            "4xKq2-1pVb8RtZ0cNN",
            "4xK_2-1pVb8RtZ0cN",
        ] {
            assert_eq!(NodeTag::of(text), None, "{text}");
        }
    }
}
