//! Forgets revocations that no token needs any more. Nothing rests on it but the size of the list.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval_at};
use tracing::{info, warn};

use crate::gateway::Gateway;

/// Prunes every ten minutes until the task is aborted. Never at the start: a machine's clock may be corrected then.
pub async fn prune(gateway: Arc<Gateway>) {
    let mut ticks = interval_at(Instant::now() + PERIOD, PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        match gateway.server().remove_expired_revocations().await {
            Ok(0) => {}
            Ok(removed) => info!(removed, "revocations of expired tokens were forgotten"),
            Err(error) => {
                gateway.metrics.store_failed(&error);
                warn!(reason = %error, "revocations of expired tokens could not be removed; trying again");
            }
        }
    }
}

const PERIOD: Duration = Duration::from_mins(10);
