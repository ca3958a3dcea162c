//! The name of one scope.
//!
//! This module decides which characters a name may have (RFC 6749 §3.3). It must not know which scopes exist.

use crate::names::text::checked_string;

/// One `scope-token` of RFC 6749 §3.3, but without `,`: otherwise a client that joins scopes by commas would silently
/// request one scope with a strange name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeName(String);

/// Why a text is not a scope or a list of scopes; `Display` says what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// There is no name.
    #[error("name at least one scope")]
    Empty,
    /// A comma, probably instead of a space.
    #[error("scopes are separated by spaces, not commas")]
    Comma,
    /// A character outside RFC 6749 §3.3.
    #[error("a scope must have only visible ASCII characters, without quotation marks and backslashes")]
    IllegalCharacter,
}

impl ScopeName {
    /// # Errors
    /// [`ScopeError`], if the text is not one legal name; a space is an illegal character here.
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

/// RFC 6749 §3.3 without the comma.
const fn is_legal(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'+' | b'-'..=b'[' | b']'..=b'~')
}
