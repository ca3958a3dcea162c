//! The token as an argument of an axum handler.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use thiserror::Error;

use crate::token::Token;

/// The route has no [`BearerLayer`](crate::BearerLayer): a defect of the service, answered 500.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("this route takes a token and has no BearerLayer")]
pub struct Unprotected;

impl<S: Sync> FromRequestParts<S> for Token {
    type Rejection = Unprotected;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Unprotected> {
        parts.extensions.get::<Self>().cloned().ok_or(Unprotected)
    }
}

impl IntoResponse for Unprotected {
    fn into_response(self) -> Response {
        tracing::error!("{self}");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
