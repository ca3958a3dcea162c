//! Access tokens as texts: minted ones and presented ones.
//!
//! It must not know what is inside them.

use std::fmt;

use zeroize::Zeroizing;

/// A token that this server minted; only the one response type shows it.
#[derive(Clone)]
pub struct AccessToken(Zeroizing<String>);

impl AccessToken {
    /// Takes the text over; it is wiped when dropped.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken([redacted])")
    }
}

/// What a caller sent as a token; nothing about it has been verified.
#[derive(Clone)]
pub struct PresentedToken(Zeroizing<String>);

impl PresentedToken {
    /// Takes the text over; it is wiped when dropped.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for the places that verify it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PresentedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedToken([redacted])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_shows_in_debug() {
        assert_eq!(format!("{:?}", AccessToken::new("abc".into())), "AccessToken([redacted])");
        assert_eq!(format!("{:?}", PresentedToken::new("abc".into())), "PresentedToken([redacted])");
    }
}
