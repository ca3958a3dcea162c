//! The token as an argument of an axum handler.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use crate::token::Token;
use crate::unprotected::Unprotected;

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
