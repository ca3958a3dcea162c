//! The credentials of this service at the issuer.

use std::fmt;

use jeton_fetch::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

/// A client id and its secret.
#[derive(Clone)]
pub struct ClientCredentials {
    id: String,
    secret: Zeroizing<String>,
}

impl ClientCredentials {
    /// The secret is wiped when dropped.
    #[must_use]
    pub fn new(id: impl Into<String>, secret: impl Into<String>) -> Self {
        Self { id: id.into(), secret: Zeroizing::new(secret.into()) }
    }

    /// Adds Basic credentials, with each part form-encoded first (RFC 6749 §2.3.1).
    pub(crate) fn authenticate(&self, request: Request) -> Request {
        let secret = Zeroizing::new(encode(&self.secret));
        request.basic_auth(&encode(&self.id), &secret)
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials").field("id", &self.id).finish_non_exhaustive()
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NOT_IN_FORMS).to_string()
}

/// Characters that form encoding leaves unchanged are not escaped, so that servers that do not decode work too.
const NOT_IN_FORMS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_show_the_secret() {
        let shown = format!("{:?}", ClientCredentials::new("client", "canary"));
        assert!(shown.contains("client") && !shown.contains("canary"), "{shown}");
    }

    #[test]
    fn a_generated_id_is_sent_unchanged_and_a_colon_is_escaped() {
        assert_eq!(encode("sa_us_7n42DGM5Tflk9n8mt7Fhc7"), "sa_us_7n42DGM5Tflk9n8mt7Fhc7");
        assert_eq!(encode("a:b c+%ä"), "a%3Ab%20c%2B%25%C3%A4");
    }
}
