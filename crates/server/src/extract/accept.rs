//! Which form of an answer the caller wants.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::ACCEPT;
use http::request::Parts;
use jeton_protocol::IntrospectionFormat;

/// The form that the `Accept` header asks for. There is always one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted(pub(crate) IntrospectionFormat);

impl<S: Sync> FromRequestParts<S> for Wanted {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let accept = head.headers.get_all(ACCEPT).iter().map(http::HeaderValue::as_bytes);
        Ok(Self(IntrospectionFormat::from_accept(accept)))
    }
}
