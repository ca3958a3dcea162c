//! Cross-origin reads of the metadata document (Fetch standard, "CORS protocol").
//!
//! MCP clients in browsers send a custom header, so the browser sends a preflight request first. The document is
//! public.

use axum::response::{IntoResponse as _, Response};
use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_REQUEST_METHOD, ALLOW, ORIGIN,
};
use http::{HeaderMap, HeaderValue, StatusCode};

/// Responds to `OPTIONS`: a preflight gets `GET` and any header allowed, any other request gets an `Allow` header.
pub(crate) async fn options(headers: HeaderMap) -> Response {
    let is_preflight = headers.contains_key(ORIGIN) && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let preflight = [(ACCESS_CONTROL_ALLOW_METHODS, "GET"), (ACCESS_CONTROL_ALLOW_HEADERS, "*")];
    let no_content = (StatusCode::NO_CONTENT, [(ALLOW, "GET")]);
    if is_preflight {
        (no_content.0, no_content.1, preflight).into_response()
    } else {
        no_content.into_response()
    }
}

/// Allows every origin to read the response, including error responses.
pub(crate) async fn readable_from_any_origin(mut response: Response) -> Response {
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
