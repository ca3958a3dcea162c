//! Maintains the region's keys: once a minute, this node takes each key to its next state when that is due, unless
//! another node did so first.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::warn;

use crate::oauth::gateway::Gateway;

/// Maintains keys until the task is aborted. While the store is unavailable, the keys stay as they are and the next run
/// retries.
pub async fn maintain_keys(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = gateway.server().node().maintain_keys().await {
            gateway.metrics.keys_failed(&error);
            warn!(reason = %error, "key maintenance failed; will retry");
        }
    }
}

/// Often enough, because keys are published minutes before they sign.
const PERIOD: Duration = Duration::from_mins(1);
