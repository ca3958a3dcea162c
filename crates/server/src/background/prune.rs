//! Removes revocations of expired tokens. This only bounds the size of the list; correctness does not depend on it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tracing::{info, warn};

use crate::oauth::gateway::Gateway;

/// Prunes every ten minutes until the task is aborted. Never at the start, when the machine's clock may still be wrong.
pub async fn prune(gateway: Arc<Gateway>) {
    let mut ticks = interval_at(Instant::now() + PERIOD, PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match gateway.server().remove_expired_revocations().await {
            Ok(0) => {}
            Ok(removed) => info!(removed, "removed revocations of expired tokens"),
            Err(error) => {
                gateway.metrics.store_failed(&error);
                warn!(reason = %error, "could not remove revocations of expired tokens; will retry");
            }
        }
    }
}

const PERIOD: Duration = Duration::from_mins(10);
