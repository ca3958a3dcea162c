//! Writes down when secrets were last used: every 20 seconds until the stop, and once more then.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{info, warn};

use crate::gateway::Gateway;

/// Records until the task is aborted, which loses nothing: what was not written stays noted.
pub async fn record_uses(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        ticks.tick().await;
        match gateway.server().record_uses().await {
            Ok(()) if std::mem::take(&mut failing) => info!("the last uses of secrets are written again"),
            Ok(()) => {}
            Err(error) => {
                gateway.metrics.store_failed(&error);
                if !std::mem::replace(&mut failing, true) {
                    warn!(reason = %error, "the last uses of secrets cannot be written; keeping them");
                }
            }
        }
    }
}

/// Records what is left, if the store takes it soon: a stop does not wait for a store that is away.
pub(super) async fn record_last_uses(gateway: &Gateway) {
    let recorded = timeout(LONGEST_GOODBYE, gateway.server().record_uses()).await;
    if !matches!(recorded, Ok(Ok(()))) {
        warn!("the last uses of secrets since the last write are lost: the store did not take them");
    }
}

/// With what is noted at a secret's first use in a minute, less than the promised minute is lost at a kill.
const PERIOD: Duration = Duration::from_secs(20);
const LONGEST_GOODBYE: Duration = Duration::from_secs(2);
