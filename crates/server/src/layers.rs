//! What surrounds every OAuth request, in one function that can be read as a list.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt as _;

use crate::extract::client_address;
use crate::failure::Failure;
use crate::gateway::{Caller, Gateway};
use crate::metrics::EndpointLabel;

/// A panic kept to its request, and the time it took. The ends to slow bodies and slow work, and the cap on requests in
/// flight, are where the waiting is: in [`crate::extract`] and [`Gateway::in_time`].
pub(crate) async fn guard(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let began = tokio::time::Instant::now();
    let address = client_address(request.extensions(), request.headers(), &gateway.trusted_proxies);
    let response = AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
        gateway.refuse(EndpointLabel::Other, &Caller::unknown(address), &Failure::Panicked)
    });
    gateway.metrics.took(began.elapsed());
    response
}
