//! One scope, and what may be wrong with scopes.
//!
//! It decides which characters a name may have (RFC 6749 §3.3) and must not know which scopes exist.

use crate::text::checked_string;

/// One `scope-token` of RFC 6749 §3.3, without `,`: clients that join scopes by commas would silently ask for one
/// scope with a strange name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeName(String);

/// Why a text is no scope, or no list of them; `Display` says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// No name in it.
    #[error("name at least one scope")]
    Empty,
    /// A comma, probably where a space is meant.
    #[error("scopes are separated by spaces, not commas")]
    Comma,
    /// A character outside RFC 6749 §3.3.
    #[error("a scope has only visible ASCII characters, no quotation mark and no backslash")]
    IllegalCharacter,
}

impl ScopeName {
    /// # Errors
    /// [`ScopeError`], where the text is not one legal name; a space is an illegal character here.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.is_empty() {
            return Err(ScopeError::Empty);
        }
        if let Some(illegal) = text.bytes().find(|byte| !is_legal(*byte)) {
            return Err(if illegal == b',' { ScopeError::Comma } else { ScopeError::IllegalCharacter });
        }
        Ok(Self(text.to_owned()))
    }
}

checked_string!(ScopeName, ScopeError);

/// RFC 6749 §3.3 less the comma.
const fn is_legal(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'+' | b'-'..=b'[' | b']'..=b'~')
}
