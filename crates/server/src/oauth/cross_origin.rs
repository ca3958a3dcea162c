//! Cross-origin reads of the public documents (Fetch standard, "CORS protocol").
//!
//! Decides that scripts of every origin may read them: they hold no secret, and do not depend on the caller. No other
//! endpoint may have this layer: a web page cannot keep a secret, so it must not be able to use the token endpoint.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN};
use http::{HeaderMap, HeaderValue, Method};

use crate::oauth::respond;

/// Answers `OPTIONS`, and lets every origin read all answers, including refusals: otherwise a script learns only that
/// the request failed. Credentials are never allowed, because no answer depends on them.
pub(crate) async fn readable_from_any_origin(request: Request, next: Next) -> Response {
    let mut response = match *request.method() {
        Method::OPTIONS if is_preflight(request.headers()) => respond::preflight(),
        Method::OPTIONS => respond::only_get(),
        _ => next.run(request).await,
    };
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn is_preflight(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
