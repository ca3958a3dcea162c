//! A node: store, keys, gateway and both listeners, from start to stop.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jeton_core::model::Timestamp;
use jeton_core::store::{Migrate, OpenOptions};
use jeton_core::{AuthorizationServer, Clock, Randomness};
use tracing::{info, warn};

use crate::background::{Background, report_once};
use crate::config::Config;
use crate::listen::{ListenOptions, Listener, Shutdown};
use crate::node::logging::LogLevel;
use crate::node::reload::Reloader;
use crate::node::start::{StartError, open_master_key, open_store, settings};
use crate::node::start_check::check_start;
use crate::node::system::{SystemClock, SystemRandomness};
use crate::oauth::error_id::NodeTag;
use crate::oauth::gateway::Gateway;
use crate::oauth::routes;
use crate::runtime::Workers;

/// A node whose listeners are bound and that is ready to serve.
#[derive(Debug)]
pub struct Node {
    gateway: Arc<Gateway>,
    public: Listener,
    operations: Listener,
    background: Background,
    workers: Workers,
    created_master_key: Option<PathBuf>,
}

impl Node {
    /// Checks everything that a node needs, binds the listeners, then opens store and keys. In this order, neither a
    /// fault nor a port that is in use leaves any changes behind.
    ///
    /// # Errors
    /// [`StartError`], with a one-line message.
    pub async fn start(config: &Config, migrate: Migrate) -> Result<Self, StartError> {
        Box::pin(check_start(config, migrate)).await.ensure_none()?;
        let public = Listener::bind(config.listen.public, ListenOptions::public(config)).await?;
        let operations =
            Listener::bind(config.listen.operations, ListenOptions::operations(&config.listen)).await?;
        Box::pin(Self::start_on(config, migrate, public, operations)).await
    }

    /// Starts on listeners that are already bound. Needed if the issuer depends on the port.
    ///
    /// # Errors
    /// [`StartError`], with a one-line message.
    pub async fn start_on(
        config: &Config,
        migrate: Migrate,
        public: Listener,
        operations: Listener,
    ) -> Result<Self, StartError> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let randomness: Arc<dyn Randomness> = Arc::new(SystemRandomness);
        let tag = NodeTag::generate(&*randomness);
        let name = format!("jeton {} node {tag}", config.this_region().name);
        let store = open_store(config, OpenOptions { name: Some(name), ..migrate.into() }).await?;
        let master = open_master_key(config, &*store, &*randomness).await?;
        let server =
            AuthorizationServer::open(settings(config), store, &master.key, clock, Arc::clone(&randomness));
        let server = Box::pin(server).await?;
        // The first probe may come before the first check in the background, so the newest record must be known now.
        server.node().read_newest_record().await?;
        let gateway = Gateway::with_tag(config, server, randomness, tag);
        gateway.metrics.show_connections(Arc::clone(public.counts()));
        // Before it serves: a command must know every node that may have read the state before the command's change.
        if let Err(error) = report_once(&gateway).await {
            warn!(reason = %error, "could not write the report of this node to the database; will retry");
        }
        // No command knew this node while it read the state.
        if let Err(error) = gateway.server().directory().follow().await {
            warn!(reason = %error, "could not read the latest changes from the database; will retry");
        }
        info!(
            region = %config.this_region().name, issuer = config.this_region().issuer.as_str(), node = %gateway.tag(),
            public = %public.local_addr(), operations = %operations.local_addr(), "started"
        );
        if let Some(certificate) = public.certificate() {
            warn_if_expired(certificate.expires_at(), gateway.server().now());
        }
        let background = Background::start(&gateway).map_err(StartError::Thread)?;
        let workers = Workers::per_core().map_err(StartError::Thread)?;
        let created_master_key = master.created_file;
        Ok(Self { gateway, public, operations, background, workers, created_master_key })
    }

    /// Where clients are served.
    #[must_use]
    pub fn public_addr(&self) -> SocketAddr {
        self.public.local_addr()
    }

    /// Where probes and metrics are served.
    #[must_use]
    pub fn operations_addr(&self) -> SocketAddr {
        self.operations.local_addr()
    }

    /// The master key file, if this start created it.
    #[must_use]
    pub fn created_master_key(&self) -> Option<&Path> {
        self.created_master_key.as_deref()
    }

    /// Applies a reloaded configuration to this node.
    #[must_use]
    pub fn reloader(&self, config: Config, log: LogLevel) -> Reloader {
        Reloader::new(config, log, &self.gateway, self.public.certificate())
    }

    /// Serves until `stop` is complete. Probes and metrics are served until the last client was served.
    pub async fn run(mut self, stop: Shutdown) {
        if let Some(certificate) = self.public.certificate() {
            self.background.watch(Arc::clone(certificate));
        }
        let polls = tokio::spawn(end_waits(Arc::clone(&self.gateway), stop.clone()));
        let operations_stop = Shutdown::new(Duration::ZERO, Duration::ZERO);
        let operations_app = routes::operations(Arc::clone(&self.gateway), stop.clone());
        let operations = self.operations.serve(operations_app, operations_stop.clone());
        let operations = self.background.control().spawn(operations);
        let cut = self.public.serve_on(&self.workers, routes::app(&self.gateway), stop).await;
        polls.abort();
        operations_stop.begin();
        // The only error is a panic in the operations listener, which must not prevent the end of the process.
        let _ = operations.await;
        self.background.stop().await;
        info!(cut_connections = cut, "stopped");
    }
}

/// An expired certificate may still be the best one available, so it does not prevent a start.
fn warn_if_expired(expires_at: Timestamp, now: Timestamp) {
    if expires_at <= now {
        warn!(%expires_at, "the TLS certificate has expired; clients reject it until its files are renewed");
    }
}

async fn end_waits(gateway: Arc<Gateway>, stop: Shutdown) {
    stop.begun().await;
    gateway.end_waits();
}
