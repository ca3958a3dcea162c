//! Keeps the node's memory true: reads the change feed four times a second until the stop.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::keys::KeyRingError;
use jeton_core::store::StoreError;
use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::{error, info, warn};

use crate::gateway::Gateway;

/// Follows until the task is aborted, or the database's file was replaced: only a restart helps then. A change is in force here within a quarter of a second and the time of one read.
pub async fn follow(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut away = false;
    let mut began = Instant::now();
    loop {
        ticks.tick().await;
        let begins = Instant::now();
        match gateway.server().directory().follow().await {
            Ok(followed) => {
                if std::mem::take(&mut away) {
                    info!("the store answers again");
                }
                for change in &followed.changes {
                    info!(kind = change.subject.kind(), id = &*change.subject.id(), "a change is in force");
                }
                gateway.metrics.feed_was_read_after(began.elapsed());
                began = begins;
            }
            Err(KeyRingError::Store(error @ StoreError::Replaced { .. })) => {
                gateway.metrics.store_failed(&error);
                error!(reason = %error, "the database file was replaced; this node answers 503 until it is restarted");
                return;
            }
            Err(error) => {
                gateway.metrics.keys_failed(&error);
                if !std::mem::replace(&mut away, true) {
                    warn!(reason = %error, "the store cannot be followed; serving from memory");
                }
            }
        }
    }
}

/// A quarter of the promised second.
const PERIOD: Duration = Duration::from_millis(250);
