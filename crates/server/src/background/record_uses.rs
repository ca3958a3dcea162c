//! Records when secrets were last used: every 20 seconds, and once more at the stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval, timeout};
use tracing::{info, warn};

use crate::oauth::gateway::Gateway;

/// Records until the task is aborted. Aborting loses no data: uses that were not written stay in memory.
pub async fn record_uses(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        ticks.tick().await;
        match gateway.server().record_uses().await {
            Ok(()) if std::mem::take(&mut failing) => info!("last-use times of secrets are recorded again"),
            Ok(()) => {}
            Err(error) => {
                gateway.metrics.store_failed(&error);
                if !std::mem::replace(&mut failing, true) {
                    warn!(reason = %error, "could not record last-use times of secrets; will retry");
                }
            }
        }
    }
}

/// Records the remaining uses at the stop. The timeout keeps an unavailable store from delaying the stop.
pub(super) async fn record_remaining_uses(gateway: &Gateway) {
    let recorded = timeout(FINAL_WRITE_TIMEOUT, gateway.server().record_uses()).await;
    if !matches!(recorded, Ok(Ok(()))) {
        warn!(
            "could not record last-use times of secrets before the stop; those since the last write are lost"
        );
    }
}

/// The core notes the first use of a secret in each minute. With this period, a killed node loses less than the
/// promised minute.
const PERIOD: Duration = Duration::from_secs(20);
const FINAL_WRITE_TIMEOUT: Duration = Duration::from_secs(2);
