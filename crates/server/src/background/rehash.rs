//! Gives the secrets that came from another server hashes of ours, a second after their first use at the latest.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

use crate::gateway::Gateway;

/// Hashes until the task is aborted. What waits then is left again by the secret's next use.
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
                    info!(client_id, secret_id, "a secret from another server was hashed anew");
                }
            }
            Err(error) => {
                gateway.metrics.store_failed(&error);
                if !std::mem::replace(&mut failing, true) {
                    warn!(reason = %error, "a secret could not be hashed again; it works as before, and this will be retried");
                }
            }
        }
    }
}

const PERIOD: Duration = Duration::from_secs(1);
