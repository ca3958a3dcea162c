//! Logs once a second how many refusals were neither logged nor kept, because there were too many.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::oauth::gateway::Gateway;

/// Logs until the task is aborted.
pub async fn log_left_out(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        log_once(&gateway);
    }
}

/// Logs what was left out since the last time: a line for each reason.
pub(super) fn log_once(gateway: &Gateway) {
    let region = gateway.server.settings().region.as_str();
    for (reason, left_out) in gateway.refusal_sampler.take_left_out() {
        warn!(reason = reason.as_str(), left_out, region, "refusals were left out of the log");
    }
}

const PERIOD: Duration = Duration::from_secs(1);
