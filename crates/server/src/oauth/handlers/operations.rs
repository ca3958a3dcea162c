//! The endpoints for operators and their tools on the operations listener: liveness, readiness, metrics.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCEPT, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};

use crate::listen::Shutdown;
use crate::oauth::gateway::Gateway;
use crate::operations::metrics::MetricsFormat;
use crate::operations::readiness::Readiness;

/// The state of the operations listener.
#[derive(Debug, Clone)]
pub(crate) struct Operations {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) stop: Shutdown,
}

/// Liveness: the process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Readiness: whether load balancers should send requests to this node.
pub(crate) async fn readyz(State(operations): State<Operations>) -> Response {
    Readiness::of(&operations.gateway, &operations.stop).into_response()
}

/// The metrics, in the format that the client prefers.
pub(crate) async fn metrics(State(operations): State<Operations>, headers: HeaderMap) -> Response {
    let gateway = &operations.gateway;
    let format = MetricsFormat::from_accept(headers.get_all(ACCEPT).iter().map(HeaderValue::as_bytes));
    let text = gateway.metrics.encode(format, &gateway.state());
    // The response depends on the `Accept` header (RFC 9110 §12.5.5).
    ([(CONTENT_TYPE, format.content_type()), (VARY, "accept")], text).into_response()
}
