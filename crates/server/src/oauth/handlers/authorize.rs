//! `GET {prefix}/authorize`: exists because clients require it in the metadata. It refuses every request (RFC 6749
//! §4.1.2.1).

use axum::extract::Request;
use axum::response::Response;
use http::Method;
use jeton_core::model::CallerAddress;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};

/// Never redirects, because no client has a registered `redirect_uri`.
pub(super) fn authorize(gateway: &Gateway, address: CallerAddress, request: &Request) -> Response {
    let failure = match *request.method() {
        Method::GET | Method::HEAD => Failure::NoAuthorization,
        _ => Failure::Method { allow: "GET" },
    };
    gateway.refuse(Endpoint::Authorization, &Caller::unknown(address), &failure)
}
