//! Shows a renewed certificate without a restart, whatever renewed it: certbot, a Kubernetes secret, a copy by hand.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tracing::{error, info};

use crate::gateway::Gateway;
use crate::listen::{ListenError, ServerCertificate};

/// Looks at the files three times a minute until the task is aborted.
///
/// Their contents are what is compared, since links may lead to them and a file may be written in place.
pub async fn watch_certificate(gateway: Arc<Gateway>, certificate: Arc<ServerCertificate>) {
    gateway.metrics.certificate_expiry.set(certificate.expires_at());
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let mut outcome = look(&certificate, ServerCertificate::reload_if_changed).await;
        if outcome.is_err() {
            // Whoever renews writes two files, one after the other.
            sleep(SECOND_LOOK).await;
            outcome = look(&certificate, ServerCertificate::reload_again).await;
        }
        tell(&gateway, &certificate, &outcome);
    }
}

/// Says what came of looking at the files, and counts on it.
pub(crate) fn tell(gateway: &Gateway, certificate: &ServerCertificate, outcome: &Result<bool, ListenError>) {
    match outcome {
        Ok(false) => {}
        Ok(true) => {
            let expires_at = certificate.expires_at();
            gateway.metrics.certificate_expiry.set(expires_at);
            info!(%expires_at, "the TLS certificate was replaced");
        }
        Err(reason) => {
            let expires_at = certificate.expires_at();
            error!(%reason, %expires_at, "the new TLS certificate or key is not usable; the old pair is still served");
        }
    }
}

/// File systems over a network may be slow.
async fn look(
    certificate: &Arc<ServerCertificate>,
    how: impl FnOnce(&ServerCertificate) -> Result<bool, ListenError> + Send + 'static,
) -> Result<bool, ListenError> {
    let certificate = Arc::clone(certificate);
    // It fails only when the runtime ends.
    spawn_blocking(move || how(&certificate)).await.unwrap_or(Ok(false))
}

const PERIOD: Duration = Duration::from_secs(20);
const SECOND_LOOK: Duration = Duration::from_secs(1);
