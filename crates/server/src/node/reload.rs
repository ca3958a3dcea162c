//! Applies a changed configuration to a running node: the log level and the certificate.
//!
//! Logs which other settings changed and need a restart. Must not know who requests the reload.

use std::sync::Arc;

use tracing::{Level, enabled, error, info, warn};

use crate::background::report_certificate_reload;
use crate::config::{Config, ConfigError};
use crate::listen::ServerCertificate;
use crate::node::logging::LogLevel;
use crate::oauth::gateway::Gateway;

/// The current settings of a node, and the parts of the node that can take new ones.
#[derive(Debug)]
pub struct Reloader {
    running: Config,
    log: LogLevel,
    gateway: Arc<Gateway>,
    certificate: Option<Arc<ServerCertificate>>,
}

impl Reloader {
    pub(crate) fn new(
        running: Config,
        log: LogLevel,
        gateway: &Arc<Gateway>,
        certificate: Option<&Arc<ServerCertificate>>,
    ) -> Self {
        Self { running, log, gateway: Arc::clone(gateway), certificate: certificate.cloned() }
    }

    /// Applies what can be applied of `read`, and logs the result. Reads the certificate files, so it may block.
    ///
    /// An invalid configuration changes no setting. The certificate is reloaded even then, because its files are
    /// separate from the configuration.
    pub fn reload(&mut self, read: Result<Config, ConfigError>) {
        match read {
            Ok(config) => {
                self.reload_certificate(&config);
                self.reload_log_level(&config);
                let pending = self.running.needs_restart_for(&config);
                if !pending.is_empty() {
                    warn!(
                        settings = pending.join(", "),
                        "changed settings need a restart; the old values are kept"
                    );
                }
            }
            Err(reason) => {
                error!(%reason, "the configuration is not valid and was not reloaded; the old settings are kept");
                let config = self.running.clone();
                self.reload_certificate(&config);
            }
        }
    }

    fn reload_certificate(&mut self, config: &Config) {
        // TLS cannot be turned on or off without a restart; `needs_restart_for` reports that.
        let (Some(certificate), Some(tls)) = (&self.certificate, &config.listen.tls) else { return };
        let outcome = certificate.reload(tls);
        if let Ok(is_new) = outcome {
            self.running.listen.tls = Some(tls.clone());
            if !is_new {
                info!(expires_at = %certificate.expires_at(), "the TLS certificate was reloaded and is unchanged");
            }
        }
        report_certificate_reload(&self.gateway, certificate, &outcome);
    }

    fn reload_log_level(&mut self, config: &Config) {
        let (before, after) = (&self.running.log.level, &config.log.level);
        if before == after {
            info!(log_level = after, "the configuration was reloaded; the log level is unchanged");
            return;
        }
        // Logged before the change if the old level includes this event, otherwise after it.
        let log_change = || {
            info!(
                log_level = after,
                previous = before,
                "the configuration was reloaded; the log level was changed"
            );
        };
        let is_logged = enabled!(Level::INFO);
        if is_logged {
            log_change();
        }
        if let Err(reason) = self.log.set(after) {
            error!(%reason, "could not change the log level");
            return;
        }
        if !is_logged {
            log_change();
        }
        self.running.log.level.clone_from(after);
    }
}
