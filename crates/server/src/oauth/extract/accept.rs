//! Which format of a response the caller prefers.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::header::ACCEPT;
use http::request::Parts;
use jeton_protocol::IntrospectionFormat;

/// The introspection format that the `Accept` header asks for. It defaults to JSON.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PreferredFormat(pub(crate) IntrospectionFormat);

impl<S: Sync> FromRequestParts<S> for PreferredFormat {
    type Rejection = Infallible;

    async fn from_request_parts(head: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let accept = head.headers.get_all(ACCEPT).iter().map(http::HeaderValue::as_bytes);
        Ok(Self(IntrospectionFormat::from_accept(accept)))
    }
}
