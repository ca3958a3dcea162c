//! Serves a renewed certificate without a restart, whatever renewed it: certbot, a Kubernetes secret or a manual copy.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tracing::{error, info};

use crate::listen::{ListenError, ServerCertificate};
use crate::oauth::gateway::Gateway;

/// Reads the files three times a minute until the task is aborted.
///
/// Compares their contents, not their metadata: the paths may be links, and a file may be rewritten in place.
pub async fn watch_certificate(gateway: Arc<Gateway>, certificate: Arc<ServerCertificate>) {
    gateway.metrics.certificate_expiry.set(certificate.expires_at());
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let mut outcome = reload(&certificate, ServerCertificate::reload_if_changed).await;
        if outcome.is_err() {
            // A renewal writes two files, one after the other: this read may have been between the two.
            sleep(RETRY_AFTER).await;
            outcome = reload(&certificate, ServerCertificate::reload_again).await;
        }
        report_reload(&gateway, &certificate, &outcome);
    }
}

/// Logs the outcome of a reload, and sets the metric.
pub(crate) fn report_reload(
    gateway: &Gateway,
    certificate: &ServerCertificate,
    outcome: &Result<bool, ListenError>,
) {
    match outcome {
        Ok(false) => {}
        Ok(true) => {
            let expires_at = certificate.expires_at();
            gateway.metrics.certificate_expiry.set(expires_at);
            info!(%expires_at, "the TLS certificate was replaced");
        }
        Err(reason) => {
            let expires_at = certificate.expires_at();
            error!(%reason, %expires_at, "the new TLS certificate or key cannot be used; the old pair is still served");
        }
    }
}

/// On a blocking thread, because network file systems may be slow.
async fn reload(
    certificate: &Arc<ServerCertificate>,
    read: impl FnOnce(&ServerCertificate) -> Result<bool, ListenError> + Send + 'static,
) -> Result<bool, ListenError> {
    let certificate = Arc::clone(certificate);
    // It fails only when the runtime ends.
    spawn_blocking(move || read(&certificate)).await.unwrap_or(Ok(false))
}

const PERIOD: Duration = Duration::from_secs(20);
const RETRY_AFTER: Duration = Duration::from_secs(1);
