//! Cross-origin reads of the public documents (Fetch standard, "CORS protocol").
//!
//! Decides that scripts of every origin may read them: they hold no secret, and do not depend on the caller. No other
//! endpoint may be answered by this: a web page cannot keep a secret, so it must not be able to use the token endpoint.

use axum::extract::Request;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, HeaderValue, Method};
use jeton_core::model::CallerAddress;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::respond;

/// Answers GET with `document`, answers `OPTIONS`, and refuses other methods. Every origin may read all answers,
/// including refusals: otherwise a script learns only that the request failed. Credentials are never allowed, because no
/// answer depends on them.
pub(super) fn answer_from_any_origin(
    gateway: &Gateway,
    address: CallerAddress,
    request: &Request,
    document: impl FnOnce(&Gateway, &Request) -> Response,
) -> Response {
    let mut response = match *request.method() {
        Method::GET | Method::HEAD => document(gateway, request),
        Method::OPTIONS if is_preflight(request.headers()) => respond::preflight(),
        Method::OPTIONS => respond::only_get(),
        _ => {
            let failure = Failure::Method { allow: "GET" };
            gateway.refuse(Endpoint::Other, &Caller::unknown(address), &failure)
        }
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn is_preflight(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
