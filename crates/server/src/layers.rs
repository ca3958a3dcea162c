//! What surrounds every request, in one function that can be read as a list.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;

use crate::extract::caller_address;
use crate::failure::Failure;
use crate::gateway::{Caller, Gateway};
use crate::message;
use crate::metrics::EndpointLabel;

/// An endpoint whose answers are timed.
#[derive(Debug, Clone)]
pub(crate) struct Timed {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) endpoint: EndpointLabel,
}

/// [`guard_untimed`], and the time that the request took.
pub(crate) async fn guard(
    State(Timed { gateway, endpoint }): State<Timed>,
    request: Request,
    next: Next,
) -> Response {
    let began = tokio::time::Instant::now();
    let response = guard_untimed(State(Arc::clone(&gateway)), request, next).await;
    gateway.metrics.took(endpoint, began.elapsed());
    response
}

/// Refuses what HTTP itself forbids, and keeps a panic to its request. Without [`guard`] for answers whose time
/// is not measured: those that are held back, and documents. The ends to slow bodies and
/// slow work, and the cap on requests in flight, are where the waiting is: in [`crate::extract`] and [`Gateway::in_time`].
pub(crate) async fn guard_untimed(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    let address = caller_address(&request, &gateway.trusted_proxies);
    let answered = match message::check(&request) {
        Ok(()) => AssertUnwindSafe(next.run(request)).catch_unwind().await.map_err(|_| Failure::Panicked),
        Err(failure) => Err(failure),
    };
    answered
        .unwrap_or_else(|failure| gateway.refuse(EndpointLabel::Other, &Caller::unknown(address), &failure))
}
