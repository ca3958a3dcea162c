//! Reports which changes this node has applied: every ten seconds, and after each applied change.
//!
//! Commands wait for these reports (decision 0018). Serving never does.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use jeton_core::store::{Position, StoreError};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};
use tracing::{info, warn};

use crate::oauth::gateway::Gateway;

/// Reports until the task is aborted. Sends at most four reports a second, however
/// many changes there are.
pub async fn report_node(gateway: Arc<Gateway>) {
    let mut ticks = interval(CHECK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut reported: Option<(Position, Instant)> = None;
    let mut failing = false;
    loop {
        ticks.tick().await;
        let position = gateway.server().directory().position();
        if reported.is_some_and(|(last, at)| last == position && at.elapsed() < REPORT_EVERY) {
            continue;
        }
        match report_once(&gateway).await {
            Ok(position) => {
                reported = Some((position, Instant::now()));
                if std::mem::take(&mut failing) {
                    info!("reports of this node are written to the database again");
                }
            }
            Err(StoreError::Replaced { .. }) => return pending().await,
            Err(error) => {
                if !std::mem::replace(&mut failing, true) {
                    warn!(reason = %error, "could not write the report of this node to the database; commands cannot see which changes it has applied");
                }
                sleep(RETRY_AFTER).await;
            }
        }
    }
}

/// Reports once, now.
pub(crate) async fn report_once(gateway: &Gateway) -> Result<Position, StoreError> {
    gateway.server().node().report_node(&gateway.tag().to_string(), env!("CARGO_PKG_VERSION")).await
}

/// Removes the report, because the node stops. If the store fails, commands wait up to 30 more seconds for this node.
pub(super) async fn remove_node(gateway: &Gateway) {
    if let Err(error) = gateway.server().node().remove_node(&gateway.tag().to_string()).await {
        warn!(reason = %error, "could not remove the report of this node from the database");
    }
}

const CHECK_EVERY: Duration = Duration::from_millis(250);
const REPORT_EVERY: Duration = Duration::from_secs(10);
const RETRY_AFTER: Duration = Duration::from_secs(1);
