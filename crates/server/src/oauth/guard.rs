//! What every request goes through, in functions that read as a list.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;
use jeton_core::model::CallerAddress;
use tokio::time::Instant;

use crate::oauth::endpoint::Endpoint;
use crate::oauth::extract::caller_address;
use crate::oauth::failure::Failure;
use crate::oauth::gateway::{Caller, Gateway};
use crate::oauth::{handlers, message};

/// Answers a request to `endpoint`, and measures the time that it took, without the wait of a paced answer.
pub(super) async fn answer(gateway: &Gateway, endpoint: Endpoint, request: Request) -> Response {
    let started = Instant::now();
    let response = answer_checked(gateway, request, |address, request| {
        handlers::answer(gateway, endpoint, address, request)
    })
    .await;
    if !endpoint.is_timed() {
        return gateway.pacing.delay(response).await;
    }
    gateway.metrics.observe_duration(endpoint, started.elapsed());
    let response = gateway.pacing.delay(response).await;
    // The responses of requests that arrived together are written together, which wakes their client less often.
    tokio::task::yield_now().await;
    response
}

/// The same for a router: the layer of the operations listener, whose responses are not timed.
pub(super) async fn layer(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    answer_checked(&gateway, request, |_, request| next.run(request)).await
}

/// Refuses requests that HTTP forbids, and confines a panic to its request. The timeouts for slow bodies and slow work,
/// and the limit of requests in flight, are in [`crate::oauth::extract`] and [`Gateway::with_timeout`].
///
/// When this returns, the request and its place in flight are gone.
async fn answer_checked<F: Future<Output = Response>>(
    gateway: &Gateway,
    request: Request,
    answer: impl FnOnce(CallerAddress, Request) -> F,
) -> Response {
    let address = caller_address(&request, &gateway.trusted_proxies);
    let answered = match message::check(&request) {
        Ok(()) => {
            let answer = AssertUnwindSafe(answer(address, request));
            answer.catch_unwind().await.map_err(|_| Failure::Panicked)
        }
        Err(failure) => Err(failure),
    };
    answered.unwrap_or_else(|failure| gateway.refuse(Endpoint::Other, &Caller::unknown(address), &failure))
}
