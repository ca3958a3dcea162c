//! Reads which client ids exist: at the start, and again when the change feed does not name every new account.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;
use tracing::{info, warn};

use crate::oauth::gateway::Gateway;

/// Reads until the task is aborted. Without it, a node answers as before, but look-ups of unknown ids are limited.
pub async fn read_ids(gateway: Arc<Gateway>) {
    let directory = gateway.server().directory();
    let mut failing = false;
    loop {
        match directory.read_known_ids().await {
            Ok(()) => {
                failing = false;
                match directory.known_id_count() {
                    Some(ids) => info!(ids, "read which client ids exist"),
                    // Too many ids, or more were added in the meantime.
                    None => sleep(RETRY_AFTER).await,
                }
            }
            Err(error) => {
                gateway.metrics.store_failed(&error);
                if !std::mem::replace(&mut failing, true) {
                    warn!(reason = %error, "could not read which client ids exist; look-ups of unknown ids are limited");
                }
                sleep(RETRY_AFTER).await;
            }
        }
    }
}

const RETRY_AFTER: Duration = Duration::from_secs(1);
