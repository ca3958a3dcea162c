//! The middleware of every request, in one function that reads as a list.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::extract::caller_address;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::message;

/// An endpoint whose responses are timed.
#[derive(Debug, Clone)]
pub(crate) struct Timed {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) endpoint: Endpoint,
}

/// As [`guard_untimed`], and measures the time that the request took, without the wait of a failed authentication.
pub(crate) async fn guard(
    State(Timed { gateway, endpoint }): State<Timed>,
    request: Request,
    next: Next,
) -> Response {
    let started = tokio::time::Instant::now();
    let response = answer(&gateway, request, next).await;
    gateway.metrics.observe_duration(endpoint, started.elapsed());
    let response = gateway.pacing.delay(response).await;
    // The responses of requests that arrived together are written together, which wakes their client less often.
    tokio::task::yield_now().await;
    response
}

/// Refuses requests that HTTP forbids, confines a panic to its request, and delays the answer to a failed
/// authentication. Used without [`guard`] for responses that are not timed: long polls and documents. The timeouts for
/// slow bodies and slow work, and the limit of requests in flight, are in [`crate::oauth::extract`] and
/// [`Gateway::with_timeout`].
pub(crate) async fn guard_untimed(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    let response = answer(&gateway, request, next).await;
    gateway.pacing.delay(response).await
}

/// When this returns, the request and its place in flight are gone.
async fn answer(gateway: &Gateway, request: Request, next: Next) -> Response {
    let address = caller_address(&request, &gateway.trusted_proxies);
    let answered = match message::check(&request) {
        Ok(()) => AssertUnwindSafe(next.run(request)).catch_unwind().await.map_err(|_| Failure::Panicked),
        Err(failure) => Err(failure),
    };
    answered.unwrap_or_else(|failure| gateway.refuse(Endpoint::Other, &Caller::unknown(address), &failure))
}
