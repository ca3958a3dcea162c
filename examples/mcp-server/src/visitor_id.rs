//! The id of a visitor, as the caller states it.
//!
//! Decides its form, so that nothing else reaches the store or the log. It says who is asked about, never who asks.

use std::fmt;

use serde_json::Value;

/// A well-formed id; whether there is such a visitor is the store's to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VisitorId(String);

impl VisitorId {
    /// Reads the tool's argument, whatever the caller put there.
    ///
    /// # Errors
    /// [`MalformedVisitorId`] for anything but a text of 1 to 255 visible ASCII characters.
    pub(crate) fn from_argument(argument: &Value) -> Result<Self, MalformedVisitorId> {
        let text = argument.as_str().ok_or(MalformedVisitorId)?;
        let well_formed =
            (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if well_formed { Ok(Self(text.to_owned())) } else { Err(MalformedVisitorId) }
    }

    /// The id as it was given.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for VisitorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the caller gave is no id. It is not repeated, because it may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "visitorId is missing or malformed: send the visitor's id as a text of 1 to 255 visible ASCII characters without \
     spaces, such as \"visitor-1001\""
)]
pub(crate) struct MalformedVisitorId;

const LONGEST: usize = 255;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_kept_as_it_was_given() {
        for id in ["1", "visitor-1001", "someone+tag@example.com", &"x".repeat(255)] {
            assert_eq!(VisitorId::from_argument(&json!(id)).unwrap().as_str(), id);
        }
    }

    #[test]
    fn what_is_no_text_of_visible_characters_is_malformed() {
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
