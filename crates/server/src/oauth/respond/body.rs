//! Bodies and headers that several responses share.

use axum::body::Body;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, PRAGMA};
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::Serialize;

/// A JSON response that is never cached.
pub(super) fn uncached(status: StatusCode, body: &impl Serialize) -> Response<Body> {
    uncached_of(0, status, body)
}

/// The same for a body of about this many bytes, so that its buffer need not grow.
pub(super) fn uncached_of(bytes: usize, status: StatusCode, body: &impl Serialize) -> Response<Body> {
    let mut json = Vec::with_capacity(bytes);
    let written = serde_json::to_writer(&mut json, body);
    uncached_as(status, JSON, written.map_or_else(|_| Vec::new(), |()| json))
}

/// A response of this content type that is never cached.
pub(super) fn uncached_as(status: StatusCode, content_type: HeaderValue, body: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, content_type);
    forbid_caching(headers);
    response
}

pub(super) fn forbid_caching(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(PRAGMA, HeaderValue::from_static("no-cache"));
}

/// Must stay exactly this, without a charset: some clients compare it.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
