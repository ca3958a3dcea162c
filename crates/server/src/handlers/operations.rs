//! What operators and their tools ask, on the operations listener: alive, ready, how much.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::header::{ACCEPT, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};

use crate::gateway::Gateway;
use crate::listen::Shutdown;
use crate::metrics::MetricsFormat;
use crate::readiness::Readiness;

/// What the operations listener looks at.
#[derive(Debug, Clone)]
pub(crate) struct Operations {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) stop: Shutdown,
}

/// The process answers.
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether requests should come here.
pub(crate) async fn readyz(State(operations): State<Operations>) -> Response {
    Readiness::of(&operations.gateway, &operations.stop).into_response()
}

/// Prometheus text, in the format that the reader prefers.
pub(crate) async fn metrics(State(operations): State<Operations>, headers: HeaderMap) -> Response {
    let gateway = &operations.gateway;
    let format = MetricsFormat::from_accept(headers.get_all(ACCEPT).iter().map(HeaderValue::as_bytes));
    let text = gateway.metrics.encode(format, &gateway.state());
    // What answers depends on the header (RFC 9110 §12.5.5).
    ([(CONTENT_TYPE, format.content_type()), (VARY, "accept")], text).into_response()
}
