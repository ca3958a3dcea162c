//! The responses to requests that succeed, and those of the operations listener about refusals.

use std::sync::Arc;

use axum::body::Body;
use bytes::Bytes;
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG,
};
use http::{HeaderValue, Response, StatusCode};
use jeton_core::{IssuedToken, RevocationFeedDocument};
use jeton_protocol::{IntrospectionAnswer, IntrospectionFormat, Scope};
use serde::Serialize;

use super::body::{JSON, forbid_caching, uncached, uncached_as, uncached_of};

/// An issued token: 200, never cached.
#[must_use]
pub(crate) fn issued(token: &IssuedToken) -> Response<Body> {
    let body = TokenBody {
        access_token: token.token.expose(),
        token_type: token.token_type,
        expires_in: token.expires_in,
        scope: &token.scope,
    };
    let bytes = body.access_token.len() + AROUND_TOKEN;
    uncached_of(bytes, StatusCode::OK, &body)
}

/// The result of an introspection: 200, also for an inactive token.
#[must_use]
pub(crate) fn introspected(response: &IntrospectionAnswer) -> Response<Body> {
    let bytes = match response {
        IntrospectionAnswer::Active(_) => ACTIVE_TOKEN,
        IntrospectionAnswer::Inactive => 0,
    };
    uncached_of(bytes, StatusCode::OK, response)
}

/// The signed result of an introspection (RFC 9701 §5).
#[must_use]
pub(crate) fn introspected_signed(jwt: String) -> Response<Body> {
    uncached_as(StatusCode::OK, INTROSPECTION_JWT, jwt.into())
}

/// A successful revocation, also of a token that was not active: 200 with an empty body.
#[must_use]
pub(crate) fn revoked() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    forbid_caching(response.headers_mut());
    response
}

/// The revocation feed: 200. The client may store it, to send its entity tag later (RFC 9111 §5.2.2).
#[must_use]
pub(crate) fn revocation_feed(document: &RevocationFeedDocument) -> Response<Body> {
    let body = Bytes::from_owner(Arc::clone(&document.body));
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    tag_feed(&mut response, document);
    response
}

/// The revocation feed did not change since the version that the caller has: 304.
#[must_use]
pub(crate) fn unchanged_revocation_feed(document: &RevocationFeedDocument) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    tag_feed(&mut response, document);
    response
}

/// The supported method of a public document: 204 (RFC 9110 §9.3.7).
#[must_use]
pub(crate) fn only_get() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response.headers_mut().insert(ALLOW, GET);
    response
}

/// The answer to the preflight of a browser: 204. Any request header is allowed, because none changes the response.
#[must_use]
pub(crate) fn preflight() -> Response<Body> {
    let mut response = only_get();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, GET);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("*"));
    response
}

/// Refusals with their reasons, for the operator: 200.
#[must_use]
pub(crate) fn refusal_details(refusals: &impl Serialize) -> Response<Body> {
    uncached(StatusCode::OK, refusals)
}

/// Why a refusal was not found: 404.
#[must_use]
pub(crate) fn refusal_not_found(reason: &impl Serialize) -> Response<Body> {
    uncached(StatusCode::NOT_FOUND, reason)
}

/// Why a query for refusals is not valid: 400.
#[must_use]
pub(crate) fn invalid_refusal_query(reason: &impl Serialize) -> Response<Body> {
    uncached(StatusCode::BAD_REQUEST, reason)
}

/// The only response type that contains a token.
#[derive(Serialize)]
struct TokenBody<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    scope: &'a Scope,
}

fn tag_feed(response: &mut Response<Body>, document: &RevocationFeedDocument) {
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Ok(etag) = HeaderValue::from_str(&document.etag) {
        headers.insert(ETAG, etag);
    }
}

/// What most token responses have besides the token.
const AROUND_TOKEN: usize = 192;
/// Most responses about an active token.
const ACTIVE_TOKEN: usize = 640;
/// The method of every public document.
const GET: HeaderValue = HeaderValue::from_static("GET");
const INTROSPECTION_JWT: HeaderValue = HeaderValue::from_static(IntrospectionFormat::JWT_MEDIA_TYPE);
