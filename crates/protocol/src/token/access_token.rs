//! Access tokens as texts: issued and presented ones.
//!
//! This module must not know their content.

use std::fmt;

use zeroize::Zeroizing;

/// A token that this server issued. Only the token response exposes it.
#[derive(Clone)]
pub struct AccessToken(Zeroizing<String>);

impl AccessToken {
    /// Takes ownership of the text, which is wiped when dropped.
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

/// A token as sent by a caller, unverified.
#[derive(Clone)]
pub struct PresentedToken(Zeroizing<String>);

impl PresentedToken {
    /// Takes ownership of the text, which is wiped when dropped.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The token itself: only to verify it.
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
    fn debug_does_not_show_a_token() {
        assert_eq!(format!("{:?}", AccessToken::new("abc".into())), "AccessToken([redacted])");
        assert_eq!(format!("{:?}", PresentedToken::new("abc".into())), "PresentedToken([redacted])");
    }
}
