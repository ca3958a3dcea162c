//! The path prefix of the OAuth endpoints.
//!
//! Must not know the endpoints.

use std::fmt;

use serde::Deserialize;

/// A path prefix such as `/oauth/v1`: segments of unreserved characters, so that it has the same spelling in
/// routes, in the metadata and in a client's request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Prefix(String);

impl Prefix {
    /// The prefix. It starts with `/` and does not end with one.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Prefix {
    fn default() -> Self {
        Self("/oauth/v1".to_owned())
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Prefix {
    type Error = PrefixError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        // RFC 3986 §2.3
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let is_segment = |segment: &str| {
            !matches!(segment, "" | "." | ".." | ".well-known") && segment.bytes().all(unreserved)
        };
        match text.strip_prefix('/') {
            Some(rest) if rest.split('/').all(is_segment) => Ok(Self(text)),
            _ => Err(PrefixError),
        }
    }
}

/// The string is not a path prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "is not a path prefix; use, for example, \"/oauth/v1\"; it must start with a slash and must not end with one"
)]
pub struct PrefixError;
