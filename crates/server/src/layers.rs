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

/// An end to the work, a panic kept to its request, and the time it took. A place among the requests in flight is taken
/// in [`crate::extract`], once the body is there.
pub(crate) async fn guard(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let began = tokio::time::Instant::now();
    let address = client_address(request.extensions(), request.headers(), &gateway.trusted_proxies);
    let caller = Caller { client_id: None, address: Some(address) };
    let whole = gateway.body_timeout + gateway.request_timeout;
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    let response = match tokio::time::timeout(whole, work).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => gateway.refuse(EndpointLabel::Other, &caller, &Failure::Panicked),
        Err(_) => gateway.refuse(EndpointLabel::Other, &caller, &Failure::TooSlow),
    };
    gateway.metrics.took(began.elapsed());
    response
}
