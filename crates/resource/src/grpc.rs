//! Services of tonic: what a refusal is to a gRPC caller, and how a service finds the token.

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response};
use tonic::metadata::MetadataMap;
use tonic::{Code, Request, Status};

use crate::challenge::{Hints, Refusal, TRY_AGAIN_AFTER};
use crate::rejection::Rejection;
use crate::token::Token;
use crate::unprotected::Unprotected;

/// Whether the request is a call: gRPC is told by its content type, whatever the method and path.
pub(crate) fn is_call(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"))
}

/// The refusal as the status of the call, with the headers that it has with HTTP as metadata.
pub(crate) fn response<B: Default>(refusal: &Refusal, hints: &Hints<'_>) -> Response<B> {
    let mut headers = refusal.headers(hints);
    let (code, message) = match refusal {
        Refusal::NoToken => (Code::Unauthenticated, "a bearer token is needed"),
        Refusal::Rejected(Rejection::Invalid(_)) => (Code::Unauthenticated, "the token is not accepted"),
        Refusal::Rejected(Rejection::CannotTell(_)) => {
            // Clients with a retry policy heed this one (gRPC proposal A6).
            headers.insert("grpc-retry-pushback-ms", HeaderValue::from(TRY_AGAIN_AFTER.as_secs() * 1000));
            (Code::Unavailable, "the token cannot be judged now")
        }
        Refusal::InsufficientScope => (Code::PermissionDenied, "the token lacks a scope"),
    };
    Status::with_metadata(code, message, MetadataMap::from_headers(headers)).into_http()
}

impl Token {
    /// The token that a call of tonic was let in with.
    ///
    /// # Errors
    /// `INTERNAL`, if the service has no [`BearerLayer`](crate::BearerLayer).
    pub fn of_call<T>(request: &Request<T>) -> Result<&Self, Status> {
        request.extensions().get().ok_or_else(|| Unprotected.into())
    }
}

impl From<Unprotected> for Status {
    /// The caller learns nothing of it.
    fn from(unprotected: Unprotected) -> Self {
        tracing::error!("{unprotected}");
        Self::internal("")
    }
}
