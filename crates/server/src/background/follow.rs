//! Keeps the node's memory up to date: reads the change feed four times a second until the stop.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use jeton_core::keys::KeyRingError;
use jeton_core::store::StoreError;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::{error, info, warn};

use crate::oauth::gateway::Gateway;

/// Follows the change feed until the task is aborted. If the database file was replaced, it waits from then on: only a
/// restart of the node helps. This node applies a change within a quarter of a second plus the time of one read.
pub async fn follow(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    let mut last_read_started = Instant::now();
    let waits = gateway.pacing.follower();
    loop {
        ticks.tick().await;
        let read_started = Instant::now();
        match gateway.server().directory().follow().await {
            Ok(followed) => {
                if std::mem::take(&mut failing) {
                    info!("the change feed can be read again");
                }
                for change in &followed.changes {
                    info!(kind = change.subject.kind(), id = &*change.subject.id(), "applied a change");
                }
                gateway.metrics.change_feed_was_read_after(last_read_started.elapsed());
                last_read_started = read_started;
                waits.has_read();
            }
            Err(KeyRingError::Store(error @ StoreError::Replaced { .. })) => {
                gateway.metrics.store_failed(&error);
                error!(reason = %error, "the database file was replaced; this node answers 503 until it is restarted");
                drop(waits);
                // Reading again could only fail again.
                return pending().await;
            }
            Err(error) => {
                waits.has_read();
                gateway.metrics.keys_failed(&error);
                if !std::mem::replace(&mut failing, true) {
                    warn!(reason = %error, "could not read the change feed; serving from memory");
                }
            }
        }
    }
}

/// A quarter of the second within which a node promises to apply changes.
const PERIOD: Duration = Duration::from_millis(250);
