//! The accept loop: connections in, requests to the router, a stop that loses nothing.
//!
//! Decides how long a peer may be slow, how many may be connected, and the order of a stop.
//! Must not know what is served. HTTP/1.1 only: `axum::serve` and hyper-util's `auto` builder leave silent
//! connections open for ever, never cut a peer that does not read, and lose requests at a stop.

mod accept;
mod connection;
mod error;
mod open_files;
mod shutdown;
mod signals;
mod tls;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::{net::TcpListener, task::JoinSet, time::timeout};
use tokio_rustls::TlsAcceptor;

pub use connection::PeerAddr;
pub use error::ListenError;
pub use shutdown::Shutdown;
pub use signals::{HangUps, stop_on_hang_up, stop_on_signals};
pub use tls::ServerCertificate;

use crate::config::{ListenConfig, TlsConfig};
use accept::Accepts;
use connection::Connections;

/// How patient a listener is, and with how many at once.
#[derive(Debug, Clone)]
pub struct ListenOptions {
    /// Certificate and key; without them plain HTTP is spoken.
    pub tls: Option<TlsConfig>,
    /// How long a TLS handshake may take, then a request's whole head, then the silence between two requests.
    pub header_timeout: Duration,
    /// How long an answer may wait for a peer that takes none of it.
    pub write_timeout: Duration,
    /// Connections open at once; more wait in the kernel's queue until one closes.
    pub max_connections: usize,
}

impl ListenOptions {
    /// For the listener that clients reach.
    #[must_use]
    pub fn public(config: &ListenConfig) -> Self {
        let max_connections = open_files::connections(MAX_CONNECTIONS);
        Self { tls: config.tls.clone(), max_connections, ..Self::operations(config) }
    }

    /// For the listener of probes and metrics: always plain.
    #[must_use]
    pub fn operations(config: &ListenConfig) -> Self {
        Self {
            tls: None,
            header_timeout: config.header_timeout,
            write_timeout: config.write_timeout,
            max_connections: MAX_PROBES,
        }
    }
}

/// Reads certificate and key as [`Listener::bind`] does, and binds nothing.
///
/// # Errors
/// One line that names the file and the cure.
pub fn check_tls(config: &ListenConfig) -> Result<(), ListenError> {
    config.tls.as_ref().map(ServerCertificate::load).transpose().map(drop)
}

/// A bound address, ready to serve.
pub struct Listener {
    socket: TcpListener,
    local: SocketAddr,
    tls: Option<TlsAcceptor>,
    certificate: Option<Arc<ServerCertificate>>,
    options: ListenOptions,
}

impl Listener {
    /// Binds the address and reads the certificate; port 0 takes any free port.
    ///
    /// # Errors
    /// One line that names the address or the file, and the cure.
    pub async fn bind(address: SocketAddr, options: ListenOptions) -> Result<Self, ListenError> {
        let certificate = options.tls.as_ref().map(ServerCertificate::load).transpose()?.map(Arc::new);
        let tls = certificate.clone().map(tls::acceptor).transpose()?;
        let refused = |source| ListenError::bind(address, source);
        let socket = TcpListener::bind(address).await.map_err(refused)?;
        let local = socket.local_addr().map_err(refused)?;
        Ok(Self { socket, local, tls, certificate, options })
    }

    /// The address with the port that was taken.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// The certificate that it shows, if it speaks TLS; another one may be put in its place at any time.
    #[must_use]
    pub fn certificate(&self) -> Option<&Arc<ServerCertificate>> {
        self.certificate.as_ref()
    }

    /// Serves until `stop` has run its course, and returns how many connections had to be cut at its end.
    ///
    /// The order of a stop is what loses no request, each step alone loses some: every answer says
    /// `connection: close` while everything is still served (`lame_duck`); then what the kernel has queued is
    /// accepted and the socket closed; busy clients leave by themselves; what is left is asked to finish and,
    /// when `drain` is over, cut.
    pub async fn serve(self, app: Router, stop: Shutdown) -> usize {
        let mut tasks = JoinSet::new();
        let graceful = GracefulShutdown::new();
        let connections = Connections::new(app, self.tls, &self.options, stop.clone());
        let mut accepts = Accepts::new(self.socket, self.options.max_connections);

        let mut lame_duck_over = std::pin::pin!(stop.lame_duck_over());
        loop {
            tokio::select! {
                biased;
                () = &mut lame_duck_over => break,
                Some(_) = tasks.join_next() => {}
                accepted = accepts.next() => {
                    tasks.spawn(connections.serve(accepted, graceful.watcher()));
                }
            }
        }
        for accepted in accepts.close() {
            tasks.spawn(connections.serve(accepted, graceful.watcher()));
        }

        tokio::select! {
            () = stop.cut_short() => {}
            () = drain(&mut tasks, graceful, stop.drain()) => {}
        }
        while tasks.try_join_next().is_some() {}
        tasks.len()
    }
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener")
            .field("local", &self.local)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Waits for the connections to end: first by themselves, since a connection that looks idle may have a
/// request on its way; then by asking them.
async fn drain(tasks: &mut JoinSet<()>, graceful: GracefulShutdown, limit: Duration) {
    let settle = SETTLE.min(limit);
    let settled = timeout(settle, async { while tasks.join_next().await.is_some() {} }).await;
    if settled.is_err() {
        // Over in time or not: the caller counts what is left and drops it.
        let _ = timeout(limit.saturating_sub(settle), graceful.shutdown()).await;
    }
}

const MAX_CONNECTIONS: usize = 16_384;
const MAX_PROBES: usize = 64;

/// Part of `drain`, so that a stop never takes longer than `lame_duck` and `drain` together.
const SETTLE: Duration = Duration::from_secs(2);
