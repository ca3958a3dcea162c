//! Access tokens as texts: issued and presented ones.
//!
//! This module must not know their content.

use crate::redacted::redacted_type;

/// The longest access token that is issued, in characters: some clients cannot store longer ones.
pub const MAX_ACCESS_TOKEN_CHARS: usize = 4_096;

redacted_type! {
    /// A token that this server issued. Only the token response exposes it.
    AccessToken
}

redacted_type! {
    /// A token as sent by a caller, unverified. Expose it only to verify it.
    PresentedToken
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
