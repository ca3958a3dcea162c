//! What the caller has already of what it asks for.

use http::header::IF_NONE_MATCH;
use http::{HeaderMap, HeaderValue};

/// The entity tags in `If-None-Match` (RFC 9110 §13.1.2).
#[derive(Debug)]
pub(crate) struct KnownTags(Vec<HeaderValue>);

impl KnownTags {
    /// Those of a request.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(headers.get_all(IF_NONE_MATCH).iter().cloned().collect())
    }

    /// Whether `etag` is among them, by weak comparison.
    pub(crate) fn contain(&self, etag: &str) -> bool {
        let values = self.0.iter().filter_map(|value| value.to_str().ok());
        let mut tags =
            values.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == "*" || tag == etag)
    }
}
