//! Keeps the node's memory true: reads the change feed four times a second until the stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval};
use tracing::{info, warn};

use crate::gateway::Gateway;

/// Follows until the task is aborted. A change is in force here within a quarter of a second and the time of one read.
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
                for change in &followed.applied {
                    info!(kind = change.subject.kind(), id = &*change.subject.id(), "a change is in force");
                }
                gateway.metrics.feed_was_read_after(began.elapsed());
                began = begins;
            }
            Err(error) if !away => {
                away = true;
                warn!(reason = %error, "the store cannot be followed; serving from memory");
            }
            Err(_) => {}
        }
    }
}

/// A quarter of the promised second.
const PERIOD: Duration = Duration::from_millis(250);
