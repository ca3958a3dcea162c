//! Summarizes clients' revocations in the audit log, once a minute.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tracing::{debug, warn};

use crate::oauth::gateway::Gateway;

/// Summarizes until the task is aborted. Revocations that were not summarized then are left to the next node or start.
/// Never at the start, when the machine's clock may still be wrong.
pub async fn summarize_revocations(gateway: Arc<Gateway>) {
    let mut ticks = interval_at(Instant::now() + PERIOD, PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match gateway.server().summarize_revocations().await {
            Ok(0) => {}
            Ok(revocations) => debug!(revocations, "summarized revocations by clients in the audit log"),
            Err(error) => {
                gateway.metrics.store_failed(&error);
                warn!(reason = %error, "could not summarize revocations by clients in the audit log; will retry");
            }
        }
    }
}

const PERIOD: Duration = Duration::from_mins(1);
