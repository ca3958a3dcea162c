//! Moves the region's keys through their life: once a minute this node does what is due, if no other was faster.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::gateway::Gateway;

/// Tends until the task is aborted. A store that is away loses nothing: keys stay as they are, and it is tried again.
pub async fn tend_keys(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = gateway.server().maintain_keys().await {
            gateway.metrics.keys_failed(&error);
            warn!(reason = %error, "the keys cannot be tended now");
        }
    }
}

/// Keys are published minutes before they sign, so that this is often enough.
const PERIOD: Duration = Duration::from_mins(1);
