//! A layer that does nothing. It shows what any layer costs in axum.

use std::task::{Context, Poll};

use tower_service::Service;

/// Passes each request on unchanged.
#[derive(Debug, Clone)]
pub struct IdleService<S>(pub S);

impl<S: Service<R>, R> Service<R> for IdleService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.0.call(request)
    }
}
