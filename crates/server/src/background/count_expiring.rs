//! Counts the accounts whose last secret expires soon, for the metrics.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::debug;

use crate::oauth::gateway::Gateway;

/// Counts at the start and every five minutes until the task is aborted. If the store does not answer, the last count
/// stays.
pub async fn count_expiring(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        if let Err(error) = gateway.count_expiring_secrets().await {
            gateway.metrics.store_failed(&error);
            debug!(reason = %error, "could not count the secrets that expire soon; will retry");
        }
    }
}

const PERIOD: Duration = Duration::from_mins(5);
