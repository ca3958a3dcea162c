//! Makes [`Token`] an argument of axum handlers.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;

use crate::protect::missing_token::MissingBearerLayer;
use crate::token::validated::Token;

impl<S: Sync> FromRequestParts<S> for Token {
    type Rejection = MissingBearerLayer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, MissingBearerLayer> {
        parts.extensions.get::<Self>().cloned().ok_or(MissingBearerLayer)
    }
}

impl IntoResponse for MissingBearerLayer {
    fn into_response(self) -> Response {
        tracing::error!("{self}");
        StatusCode::INTERNAL_SERVER_ERROR.into_response()
    }
}
