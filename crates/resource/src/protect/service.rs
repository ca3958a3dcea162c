//! The service that [`BearerLayer`](crate::BearerLayer) wraps around another service.

use std::future::{Ready, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::future::BoxFuture;
use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_service::Service;

use crate::protect::challenge::Refusal;
use crate::protect::guard::{CachedCheck, Guard};

/// Created by [`BearerLayer`](crate::BearerLayer).
#[derive(Debug, Clone)]
pub struct BearerService<S> {
    pub(crate) inner: S,
    pub(crate) guard: Arc<Guard>,
}

impl<S, B, R> Service<Request<B>> for BearerService<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: Default + Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = BearerFuture<S::Future, R, S::Error>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // Fast path for a cached token.
        let presented = match self.guard.check_cached(&request) {
            CachedCheck::Done(verdict) => {
                let state = match self.guard.admit(&mut request, verdict) {
                    Ok(()) => State::Admitted { inner: self.inner.call(request) },
                    Err(response) => State::Refused { response: ready(response) },
                };
                return BearerFuture { state };
            }
            CachedCheck::Pending(presented) => presented,
        };
        // Call the instance that was polled ready, and keep the clone for the next request.
        let ready_inner = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, ready_inner);
        let guard = Arc::clone(&self.guard);
        let checked = async move {
            let verdict = guard.validator.validate_uncached(&presented).await.map_err(Refusal::Rejected);
            match guard.admit(&mut request, verdict) {
                Ok(()) => inner.call(request).await,
                Err(response) => Ok(response),
            }
        };
        BearerFuture { state: State::Checked { checked: Box::pin(checked) } }
    }
}

/// Keeps the name of a tonic service, which is used for routing.
#[cfg(feature = "tonic")]
impl<S: tonic::server::NamedService> tonic::server::NamedService for BearerService<S> {
    const NAME: &'static str = S::NAME;
}

pin_project! {
    /// The response of the inner service, or a challenge.
    pub struct BearerFuture<F, R, E> {
        #[pin]
        state: State<F, R, E>,
    }
}

pin_project! {
    #[project = Projected]
    enum State<F, R, E> {
        Admitted { #[pin] inner: F },
        Refused { response: Ready<Response<R>> },
        Checked { checked: BoxFuture<'static, Result<Response<R>, E>> },
    }
}

impl<F, R, E> Future for BearerFuture<F, R, E>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().state.project() {
            Projected::Admitted { inner } => inner.poll(context),
            Projected::Refused { response } => Pin::new(response).poll(context).map(Ok),
            Projected::Checked { checked } => checked.as_mut().poll(context),
        }
    }
}

impl<F, R, E> std::fmt::Debug for BearerFuture<F, R, E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BearerFuture")
    }
}
