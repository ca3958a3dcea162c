//! Which format of a response the caller prefers.

use http::header::ACCEPT;
use http::{HeaderMap, HeaderValue};
use jeton_protocol::IntrospectionFormat;

/// The introspection format that the `Accept` header asks for. It defaults to JSON.
pub(crate) fn preferred_format(headers: &HeaderMap) -> IntrospectionFormat {
    IntrospectionFormat::from_accept(headers.get_all(ACCEPT).iter().map(HeaderValue::as_bytes))
}
