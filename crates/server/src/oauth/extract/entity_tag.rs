//! Which versions of a document the caller already has.

use http::header::IF_NONE_MATCH;
use http::{HeaderMap, HeaderValue};

/// The entity tags in `If-None-Match` (RFC 9110 §13.1.2).
#[derive(Debug)]
pub(crate) struct IfNoneMatch(Vec<HeaderValue>);

impl IfNoneMatch {
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        Self(headers.get_all(IF_NONE_MATCH).iter().cloned().collect())
    }

    /// Whether `etag` is listed, by weak comparison.
    pub(crate) fn contains(&self, etag: &str) -> bool {
        let values = self.0.iter().filter_map(|value| value.to_str().ok());
        let mut tags =
            values.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == "*" || tag == etag)
    }
}
