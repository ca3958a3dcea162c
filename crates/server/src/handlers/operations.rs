//! What operators and their tools ask, on the operations listener: alive, ready, how much.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use crate::gateway::Gateway;
use crate::listen::Shutdown;

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

/// Whether requests should come here: not during a stop, and not once memory is too old to be served from.
pub(crate) async fn readyz(State(operations): State<Operations>) -> Response {
    if operations.stop.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n").into_response();
    }
    match operations.gateway.server.directory().ensure_fresh() {
        Ok(()) => "ready\n".into_response(),
        Err(stale) => (StatusCode::SERVICE_UNAVAILABLE, format!("{stale}\n")).into_response(),
    }
}

/// Prometheus text.
pub(crate) async fn metrics(State(operations): State<Operations>) -> Response {
    let gateway = &operations.gateway;
    let silence = gateway.server.directory().silence();
    let waiting = gateway.long_polls.waiting();
    ([(CONTENT_TYPE, TEXT_FORMAT)], gateway.metrics.encode(silence, waiting)).into_response()
}

const TEXT_FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
