//! Rehashes imported secrets with the hash of this server, at most a second after their first use.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

use crate::oauth::gateway::Gateway;

/// Rehashes until the task is aborted. A secret that still waits then is queued again at its next use.
pub async fn rehash(gateway: Arc<Gateway>) {
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        ticks.tick().await;
        match gateway.server().rehash().await {
            Ok(rehashed) => {
                failing = false;
                for done in rehashed {
                    let (client_id, secret_id) = (done.client_id.as_str(), done.credential.as_str());
                    info!(client_id, secret_id, "rehashed an imported secret");
                }
            }
            Err(error) => {
                gateway.metrics.store_failed(&error);
                if !std::mem::replace(&mut failing, true) {
                    warn!(reason = %error, "could not rehash an imported secret; the secret still works; will retry");
                }
            }
        }
    }
}

const PERIOD: Duration = Duration::from_secs(1);
