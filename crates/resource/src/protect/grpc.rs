//! Tonic services: the gRPC status of a rejection, and access to the token in a service.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response};
use tonic::metadata::MetadataMap;
use tonic::{Code, Request, Status};

use crate::protect::challenge::{Hints, Refusal, TRY_AGAIN_AFTER};
use crate::protect::missing_token::MissingBearerLayer;
use crate::token::validated::Token;
use crate::validate::rejection::Rejection;

/// Whether the request is a gRPC call. Only the content type decides, not the method or path.
pub(crate) fn is_call(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// The rejection as a gRPC status, with the HTTP headers as metadata.
pub(crate) fn response<B: Default>(refusal: &Refusal, hints: &Hints<'_>) -> Response<B> {
    let mut headers = refusal.headers(hints);
    let (code, message) = match refusal {
        Refusal::NoToken => (Code::Unauthenticated, "a bearer token is required"),
        Refusal::Rejected(Rejection::Invalid(_)) => (Code::Unauthenticated, "the token is invalid"),
        Refusal::Rejected(Rejection::Unavailable(_)) => {
            // Clients with a retry policy use this value (gRPC proposal A6).
            headers.insert("grpc-retry-pushback-ms", HeaderValue::from(TRY_AGAIN_AFTER.as_secs() * 1000));
            (Code::Unavailable, "the token cannot be validated now")
        }
        Refusal::InsufficientScope => (Code::PermissionDenied, "the token is missing a required scope"),
    };
    Status::with_metadata(code, message, MetadataMap::from_headers(headers)).into_http()
}

impl Token {
    /// The token of a tonic call.
    ///
    /// # Errors
    /// `INTERNAL`, if the service has no [`BearerLayer`](crate::BearerLayer).
    pub fn of_call<T>(request: &Request<T>) -> Result<&Self, Status> {
        request.extensions().get().ok_or_else(|| MissingBearerLayer.into())
    }
}

impl From<MissingBearerLayer> for Status {
    /// The caller gets no details.
    fn from(error: MissingBearerLayer) -> Self {
        tracing::error!("{error}");
        Self::internal("")
    }
}
