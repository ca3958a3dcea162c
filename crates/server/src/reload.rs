//! What a running node takes over from its configuration without a restart: the log level and the certificate.
//!
//! Decides what is said of the rest. Must not know who asks for it.

use std::sync::Arc;

use tracing::{Level, enabled, error, info, warn};

use crate::background::tell_of_certificate;
use crate::config::{Config, ConfigError};
use crate::gateway::Gateway;
use crate::listen::ServerCertificate;
use crate::logging::LogLevel;

/// The settings a node runs with, and where the changeable ones take effect.
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

    /// Takes over what it can of `read`, and logs what it did. Reads the certificate's files, so it may block.
    ///
    /// A configuration that is refused changes nothing. The certificate is read again all the same: it is not the
    /// configuration that holds it.
    pub fn reload(&mut self, read: Result<Config, ConfigError>) {
        match read {
            Ok(config) => {
                self.reload_certificate(&config);
                self.reload_log_level(&config);
                let pending = self.running.needs_restart_for(&config);
                if !pending.is_empty() {
                    warn!(
                        settings = pending.join(", "),
                        "settings changed that need a restart; the old ones are kept"
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
        // A listener that speaks TLS cannot stop to, nor can one begin; the settings that need a restart say so.
        let (Some(certificate), Some(tls)) = (&self.certificate, &config.listen.tls) else { return };
        let outcome = certificate.reload(tls);
        if let Ok(is_other) = outcome {
            self.running.listen.tls = Some(tls.clone());
            if !is_other {
                info!(expires_at = %certificate.expires_at(), "the TLS certificate was read again and is the same");
            }
        }
        tell_of_certificate(&self.gateway, certificate, &outcome);
    }

    fn reload_log_level(&mut self, config: &Config) {
        let (before, after) = (&self.running.log.level, &config.log.level);
        if before == after {
            info!(log_level = after, "the configuration was reloaded; the log level is the same");
            return;
        }
        // Said while, or as soon as, somebody can hear it.
        let say = || {
            info!(
                log_level = after,
                previous = before,
                "the configuration was reloaded; the log level was changed"
            );
        };
        let is_heard = enabled!(Level::INFO);
        if is_heard {
            say();
        }
        if let Err(reason) = self.log.set(after) {
            error!(%reason, "the log level was not changed");
            return;
        }
        if !is_heard {
            say();
        }
        self.running.log.level.clone_from(after);
    }
}
