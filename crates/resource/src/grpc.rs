//! gRPC by tonic: how a refusal reads there, how a service finds the token, how a client sends one.

use http::{HeaderMap, HeaderValue, Response};
use tonic::metadata::{MetadataMap, MetadataValue};
use tonic::server::NamedService;
use tonic::{Code, Request, Status};

use crate::challenge::{Refusal, TRY_AGAIN_AFTER};
use crate::rejection::Rejection;
use crate::service::BearerService;
use crate::token::Token;
use crate::token_source::FetchedToken;
use crate::unprotected::Unprotected;

/// The refusal as the status of the call, with the headers that it has with HTTP as metadata.
pub(crate) fn response<B: Default>(refusal: &Refusal, mut headers: HeaderMap) -> Response<B> {
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

impl FetchedToken {
    /// Puts the token into the metadata of a call.
    pub fn authorize_call<T>(&self, request: &mut Request<T>) {
        if let Some(value) = self.authorization()
            && let Ok(mut value) = MetadataValue::try_from(value.as_bytes())
        {
            value.set_sensitive(true);
            request.metadata_mut().insert("authorization", value);
        }
    }
}

/// So that a service behind the layer is routed by the name that it has without.
impl<S: NamedService> NamedService for BearerService<S> {
    const NAME: &'static str = S::NAME;
}

impl From<Unprotected> for Status {
    /// The caller learns nothing of it.
    fn from(unprotected: Unprotected) -> Self {
        tracing::error!("{unprotected}");
        Self::internal("")
    }
}
