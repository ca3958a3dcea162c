//! What surrounds every OAuth request, in one function that can be read as a list.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;

use crate::extract::caller_address;
use crate::failure::Failure;
use crate::gateway::{Caller, Gateway};
use crate::metrics::EndpointLabel;

/// A panic kept to its request, and the time it took: [`guard_untimed`] with a clock.
pub(crate) async fn guard(gateway: State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let began = tokio::time::Instant::now();
    let response = guard_untimed(State(Arc::clone(&gateway)), request, next).await;
    gateway.metrics.took(began.elapsed());
    response
}

/// A panic kept to its request; alone for answers that are held back, whose time says nothing. The ends to slow bodies and
/// slow work, and the cap on requests in flight, are where the waiting is: in [`crate::extract`] and [`Gateway::in_time`].
pub(crate) async fn guard_untimed(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response {
    let address = caller_address(&request, &gateway.trusted_proxies);
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
        gateway.refuse(EndpointLabel::Other, &Caller::unknown(address), &Failure::Panicked)
    })
}
