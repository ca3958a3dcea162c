//! Keeps the node's memory true: reads the change feed four times a second until the stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

use crate::gateway::Gateway;

/// Follows for as long as the gateway is in use. A change is in force here within a quarter of a second and the time of one read.
pub async fn follow(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut away = false;
    loop {
        ticks.tick().await;
        match gateway.server().directory().follow().await {
            Ok(followed) => {
                if std::mem::take(&mut away) {
                    info!("the store answers again");
                }
                let now = gateway.server().now();
                for change in &followed.applied {
                    let delay = change.at.until(now);
                    gateway.metrics.change_in_force_after(delay);
                    info!(kind = change.subject.kind(), id = change.subject.id(), "a change is in force");
                }
            }
            Err(error) if !away => {
                away = true;
                warn!(reason = %error, "the store does not answer; serving from memory");
            }
            Err(_) => {}
        }
    }
}

/// A quarter of the promised second.
const PERIOD: Duration = Duration::from_millis(250);
