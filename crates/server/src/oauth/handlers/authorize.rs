//! `GET {prefix}/authorize`: exists because clients require it in the metadata. It refuses every request (RFC 6749
//! §4.1.2.1).

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use http::Method;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::extract::caller_address;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};

/// Never redirects, because no client has a registered `redirect_uri`.
pub(crate) async fn authorize(State(gateway): State<Arc<Gateway>>, request: Request) -> Response {
    let address = caller_address(&request, &gateway.trusted_proxies);
    let failure = match *request.method() {
        Method::GET | Method::HEAD => Failure::NoAuthorization,
        _ => Failure::Method { allow: "GET" },
    };
    gateway.refuse(Endpoint::Authorization, &Caller::unknown(address), &failure)
}
