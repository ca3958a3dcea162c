//! `GET {prefix}/jwks`: the public signing keys (RFC 7517 §5).

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderValue, StatusCode};

use crate::oauth::endpoint::Endpoint;
use crate::oauth::extract::IfNoneMatch;
use crate::oauth::gateway::Gateway;
use crate::oauth::respond::JSON;
use crate::operations::metrics::Outcome;

pub(super) fn jwks(gateway: &Gateway, request: &Request) -> Response {
    gateway.metrics.answered(Endpoint::Jwks, Outcome::Answered);
    let catalog = gateway.server.directory().catalog();
    let keys = catalog.keys.published();
    let etag = HeaderValue::from_str(&keys.etag).unwrap_or(HeaderValue::from_static("\"\""));
    // Keys may have been revoked long ago: verifiers ask again, and perhaps another node.
    let is_fresh = gateway.server.directory().ensure_fresh().is_ok();
    let caching = [(CACHE_CONTROL, if is_fresh { MAX_AGE } else { NO_STORE }), (ETAG, etag)];
    if IfNoneMatch::of(request.headers()).contains(&keys.etag) {
        return (StatusCode::NOT_MODIFIED, caching).into_response();
    }
    (caching, [(CONTENT_TYPE, JSON)], keys.body.to_vec()).into_response()
}

/// How long a verifier may cache the key set.
pub(crate) const MAX_AGE: HeaderValue = HeaderValue::from_static("public, max-age=300");

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
