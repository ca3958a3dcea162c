//! A tower layer that accepts only requests with a valid token.

use std::sync::Arc;

use tower_layer::Layer;

use crate::protect::guard::Guard;
use crate::protect::service::BearerService;
use crate::validate::validator::Validator;

/// Protects a service: each request, for any method and path, needs a bearer token (RFC 6750) that the validator
/// accepts.
///
/// The inner service finds the [`Token`](crate::Token) in the request's extensions; an axum handler takes it as an
/// argument. The layer removes the `Authorization` header, so that the token is not forwarded by accident.
///
/// With the feature `tonic`, a rejected gRPC call gets a gRPC status: `UNAUTHENTICATED`, `PERMISSION_DENIED` or
/// `UNAVAILABLE`, with the challenge in the metadata. A service gets the token with `Token::of_call`.
///
/// Layers with clones of the same validator can be nested: the inner layer additionally requires its own scopes, but
/// does not validate the token again.
#[derive(Debug, Clone)]
#[must_use]
pub struct BearerLayer(Arc<Guard>);

impl BearerLayer {
    /// Accepts every valid token.
    pub fn new(validator: Validator) -> Self {
        Self(Arc::new(Guard::new(validator)))
    }

    /// Also requires this scope. With an illegal scope (RFC 6749 §3.3) every request is rejected.
    pub fn require_scope(mut self, scope: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.guard().required).push(scope.into());
        self
    }

    /// Sets the URL of the metadata document in challenges. The default is derived from the audience (RFC 9728 §3.1);
    /// `None` removes it from challenges.
    pub fn resource_metadata(mut self, url: Option<String>) -> Self {
        self.guard().resource_metadata = url;
        self
    }

    /// Keeps the `Authorization` header on the request. The token belongs to the caller: never send it to
    /// another service.
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
        // axum creates a service for each connection. A replica has its own reference counts, which avoids contention
        // between threads.
        BearerService { inner, guard: Arc::new(self.0.replica()) }
    }
}
