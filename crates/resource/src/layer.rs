//! A tower layer that lets only requests with a good token pass.

use std::sync::Arc;

use tower_layer::Layer;

use crate::guard::Guard;
use crate::service::BearerService;
use crate::validator::Validator;

/// Protects a service: each request needs a bearer token (RFC 6750) that the validator accepts, whatever its method
/// and path.
///
/// The inner service finds the [`Token`](crate::Token) in the request's extensions, with axum by an argument of that
/// type. The `Authorization` header is taken off, so that the token cannot be passed on by accident.
///
/// With the feature `tonic`, calls of gRPC are answered as gRPC wants it: `UNAUTHENTICATED`, `PERMISSION_DENIED` or
/// `UNAVAILABLE`, with the challenge in the metadata; and a service finds the token by `Token::of_call`.
///
/// Layers with clones of one validator may stand inside each other: the inner one requires its scopes besides, without
/// checking the token again.
#[derive(Debug, Clone)]
#[must_use]
pub struct BearerLayer(Arc<Guard>);

impl BearerLayer {
    /// Any good token may pass.
    pub fn new(validator: Validator) -> Self {
        Self(Arc::new(Guard::new(validator)))
    }

    /// The token needs this scope too. One that is no legal scope (RFC 6749 §3.3) lets nobody pass.
    pub fn require_scope(mut self, scope: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.guard().required).push(scope.into());
        self
    }

    /// The URL of the metadata document that challenges name, instead of the one that follows from the audience
    /// (RFC 9728 §3.1); `None` names none.
    pub fn resource_metadata(mut self, url: Option<String>) -> Self {
        self.guard().resource_metadata = url;
        self
    }

    /// Leaves the `Authorization` header on the request. The token is the caller's: never send it to another service.
    pub fn keep_authorization(mut self) -> Self {
        self.guard().keep_authorization = true;
        self
    }

    fn guard(&mut self) -> &mut Guard {
        Arc::make_mut(&mut self.0)
    }
}

impl<S> Layer<S> for BearerLayer {
    type Service = BearerService<S>;

    fn layer(&self, inner: S) -> BearerService<S> {
        // With axum each connection has services of its own: they share no count that all threads would fight over.
        BearerService { inner, guard: Arc::new(self.0.replica()) }
    }
}
