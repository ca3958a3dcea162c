//! Watches what a node needs: the store accepts writes and is not fenced, and the clock is correct.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::{error, info, warn};

use crate::oauth::gateway::Gateway;

/// Checks every ten seconds until the task is aborted.
pub async fn check_store(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut degraded, mut behind, mut fenced) = (false, false, false);
    loop {
        ticks.tick().await;
        match gateway.server().node().retry_writing().await {
            Ok(_) if std::mem::take(&mut degraded) => info!("writes to the database succeed again"),
            Ok(_) => {}
            Err(error) => {
                gateway.metrics.store_failed(&error);
                if !std::mem::replace(&mut degraded, true) {
                    warn!(reason = %error, "writes to the database fail; tokens are still issued");
                }
            }
        }
        if let Err(error) = gateway.server().node().read_newest_record().await {
            gateway.metrics.store_failed(&error);
        }
        behind = check_clock(&gateway, behind);
        fenced = check_fence(&gateway, fenced).await;
    }
}

/// Logs once that the store refuses changes, and once that it accepts them again. Returns whether it refuses them;
/// `was_fenced` is the result of the previous check.
async fn check_fence(gateway: &Gateway, was_fenced: bool) -> bool {
    let node = gateway.server().node();
    if let Err(error) = node.read_fence().await {
        gateway.metrics.store_failed(&error);
    }
    match node.fence() {
        Some(fence) if !was_fenced => {
            warn!(reason = %fence, "the database refuses changes; tokens are still issued");
            true
        }
        None if was_fenced => {
            info!("the database accepts changes again");
            false
        }
        fence => fence.is_some(),
    }
}

/// Logs once that the clock is too far behind, and once that it is correct again. Returns whether it is behind;
/// `was_behind` is the result of the previous check.
fn check_clock(gateway: &Gateway, was_behind: bool) -> bool {
    match gateway.server().node().clock_lag() {
        Some(lag) if !was_behind => {
            error!(
                behind_seconds = lag.as_secs(),
                "the clock is behind the newest audit record; not ready until it is corrected"
            );
            true
        }
        None if was_behind => {
            info!("the clock is correct again");
            false
        }
        lag => lag.is_some(),
    }
}

const PERIOD: Duration = Duration::from_secs(10);
