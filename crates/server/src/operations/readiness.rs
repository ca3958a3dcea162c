//! Readiness: whether load balancers should send requests to this node, and whether it works with restrictions.

use std::time::Duration;

use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use jeton_core::store::ChangeSource;
use jeton_core::store::transfer::Fence;
use jeton_core::{FailingWrite, Unavailable};

use crate::listen::Shutdown;
use crate::oauth::gateway::Gateway;

/// The content of `/readyz`.
#[derive(Debug)]
pub(crate) struct Readiness {
    reasons: Vec<NotReady>,
    failing: Vec<FailingWrite>,
    /// `None` if the store has no announcements.
    change_source: Option<ChangeSource>,
    fence: Option<Fence>,
}

/// Why load balancers should not send requests to this node.
#[derive(Debug, thiserror::Error)]
enum NotReady {
    #[error("stopping")]
    Stopping,
    /// The cached data is too old to be used.
    #[error(transparent)]
    Stale(#[from] Unavailable),
    /// The clock is behind, so tokens would expire too late.
    #[error("the clock is {} behind the newest audit record; correct the clock", humantime::format_duration(*.0))]
    ClockBehind(Duration),
    /// A task that a promise of the node needs is not running.
    #[error("the background task {0} is down; it will start again")]
    TaskDown(&'static str),
}

impl Readiness {
    pub(crate) fn of(gateway: &Gateway, stop: &Shutdown) -> Self {
        let stopping = stop.is_stopping().then_some(NotReady::Stopping);
        let stale = gateway.server.directory().ensure_fresh().err().map(NotReady::Stale);
        let clock = gateway.server.node().clock_lag().map(NotReady::ClockBehind);
        let task = gateway.tasks_down.needed().map(|task| NotReady::TaskDown(task.name()));
        Self {
            reasons: [stopping, stale, clock, task].into_iter().flatten().collect(),
            failing: gateway.server.node().failing_writes(),
            change_source: gateway.server.directory().announcements().change_source(),
            fence: gateway.server.node().fence(),
        }
    }

    /// If ready: 200 and `ready`, with more lines if writes fail, if the store can announce changes and if it refuses
    /// changes. Otherwise 503 and one line per reason.
    pub(crate) fn into_response(self) -> Response {
        if self.reasons.is_empty() {
            let source = self.change_source.map(|source| format!("change source: {}\n", source.name()));
            let fenced = self.fence.map(|fence| format!("fenced: {fence}\n"));
            let lines = [Some(degraded(&self.failing)), source, fenced].into_iter().flatten();
            return format!("ready\n{}", lines.collect::<String>()).into_response();
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
    format!("degraded: writes to the database fail: {}\n", writes.join(", "))
}
