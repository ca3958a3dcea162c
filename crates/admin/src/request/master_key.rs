//! A master key that an administrator hands over.

use jeton_protocol::RedactedText;

/// The text form of a new master key: `jtnmk_` and 43 base64url characters. It is not checked yet.
#[derive(Debug, Clone)]
pub struct NewMasterKey(RedactedText);

impl NewMasterKey {
    /// Takes ownership of the text, which is wiped when dropped.
    #[must_use]
    pub fn new(text: impl Into<RedactedText>) -> Self {
        Self(text.into())
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}
