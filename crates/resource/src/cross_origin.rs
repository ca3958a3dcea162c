//! Cross-origin reads of the metadata document (Fetch standard, "CORS protocol").
//!
//! MCP clients in browsers send a header of their own, so that the browser asks first, with a preflight. There is nothing
//! in the document that is not public.

use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_METHOD, ALLOW, ORIGIN,
};
use http::{HeaderMap, HeaderValue, StatusCode};

/// Answers `OPTIONS`: a preflight is allowed `GET` with any header, any other caller is told the method.
pub(crate) async fn options(headers: HeaderMap) -> Response {
    let is_preflight = headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let preflight = [(ACCESS_CONTROL_ALLOW_METHODS, "GET"), (ACCESS_CONTROL_ALLOW_HEADERS, "*")];
    let told = (StatusCode::NO_CONTENT, [(ALLOW, "GET")]);
    if is_preflight { (told.0, told.1, preflight).into_response() } else { told.into_response() }
}

/// Every answer of the document's paths, refusals too.
pub(crate) async fn readable_from_any_origin(mut response: Response) -> Response {
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
