//! The id of a visitor, as sent by the caller.
//!
//! Decides its form, so that only well-formed ids reach the store and the log. It identifies the visitor, never the
//! caller.

use std::fmt;

use serde_json::Value;

/// A well-formed id. Only the store knows whether such a visitor exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VisitorId(String);

impl VisitorId {
    /// Parses the tool's argument, which can be any JSON value.
    ///
    /// # Errors
    /// [`MalformedVisitorId`] for anything except a string of 1 to 255 visible ASCII characters.
    pub(crate) fn from_argument(argument: &Value) -> Result<Self, MalformedVisitorId> {
        let text = argument.as_str().ok_or(MalformedVisitorId)?;
        let well_formed =
            (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if well_formed { Ok(Self(text.to_owned())) } else { Err(MalformedVisitorId) }
    }

    /// The unchanged id.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VisitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The value is not a visitor id. The error does not repeat it, because it may contain anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "visitorId is missing or malformed: send the visitor's id as a string of 1 to 255 visible ASCII characters without \
     spaces, for example \"visitor-1001\""
)]
pub(crate) struct MalformedVisitorId;

const MAX_LENGTH: usize = 255;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_not_changed() {
        for id in ["1", "visitor-1001", "someone+tag@example.com", &"x".repeat(255)] {
            assert_eq!(VisitorId::from_argument(&json!(id)).unwrap().as_str(), id);
        }
    }

    #[test]
    fn anything_except_a_string_of_visible_characters_is_malformed() {
        let bad = [
            json!(""),
            json!("a b"),
            json!("a\n"),
            json!("é"),
            json!("x".repeat(256)),
            json!(7),
            json!(null),
        ];
        for argument in bad {
            assert_eq!(VisitorId::from_argument(&argument), Err(MalformedVisitorId), "{argument}");
        }
    }
}
