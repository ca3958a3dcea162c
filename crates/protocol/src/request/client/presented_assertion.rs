//! A client assertion as a caller presents it (RFC 7521 §4.2, RFC 7523 §2.2).
//!
//! This module only holds the text. It must not know which types of assertion exist, nor how one is verified.

use std::fmt;

use zeroize::Zeroizing;

/// A client assertion, unverified, with the type that the caller gave it.
#[derive(Clone)]
pub struct PresentedAssertion {
    text: Zeroizing<String>,
    assertion_type: String,
}

impl PresentedAssertion {
    /// Takes ownership of `client_assertion`, which is wiped when dropped, and of `client_assertion_type`.
    #[must_use]
    pub fn new(text: String, assertion_type: String) -> Self {
        Self { text: Zeroizing::new(text), assertion_type }
    }

    /// The assertion itself: only to verify it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// The `client_assertion_type`, as sent: any text.
    #[must_use]
    pub fn assertion_type(&self) -> &str {
        &self.assertion_type
    }
}

/// Shows neither part: an assertion is a credential, and the type may be a secret in the wrong place.
impl fmt::Debug for PresentedAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedAssertion([redacted])")
    }
}
