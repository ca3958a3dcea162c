//! Whether requests should come to this node, and what else an operator should know at once.

use std::time::Duration;

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use jeton_core::{FailingWrite, Unavailable};

use crate::gateway::Gateway;
use crate::listen::Shutdown;

/// What `/readyz` tells.
#[derive(Debug)]
pub(crate) struct Readiness {
    reasons: Vec<NotReady>,
    failing: Vec<FailingWrite>,
}

/// Why no requests should come here.
#[derive(Debug, thiserror::Error)]
enum NotReady {
    #[error("stopping")]
    Stopping,
    /// Memory is too old to be served from.
    #[error(transparent)]
    Stale(#[from] Unavailable),
    /// Its tokens would expire too late.
    #[error("the clock is {} behind the newest audit record; correct the clock", humantime::format_duration(*.0))]
    ClockBehind(Duration),
}

impl Readiness {
    pub(crate) fn of(gateway: &Gateway, stop: &Shutdown) -> Self {
        let stopping = stop.is_stopping().then_some(NotReady::Stopping);
        let stale = gateway.server.directory().ensure_fresh().err().map(NotReady::Stale);
        let clock = gateway.server.clock_lag().map(NotReady::ClockBehind);
        Self {
            reasons: [stopping, stale, clock].into_iter().flatten().collect(),
            failing: gateway.server.failing_writes(),
        }
    }

    /// 200 and `ready`, with a second line where writes fail; else 503 and a line for each reason.
    pub(crate) fn into_response(self) -> Response {
        if self.reasons.is_empty() {
            return format!("ready\n{}", degraded(&self.failing)).into_response();
        }
        let lines: Vec<String> = self.reasons.iter().map(ToString::to_string).collect();
        (StatusCode::SERVICE_UNAVAILABLE, lines.join("\n") + "\n").into_response()
    }
}

fn degraded(failing: &[FailingWrite]) -> String {
    if failing.is_empty() {
        return String::new();
    }
    let writes: Vec<String> = failing
        .iter()
        .map(|failing| format!("{} (since {})", failing.write.as_str(), failing.since))
        .collect();
    format!("degraded: the database cannot be written: {}\n", writes.join(", "))
}
