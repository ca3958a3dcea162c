//! The accept loop: accepts connections, passes requests to the router, and stops without losing requests.
//!
//! Decides the timeouts for slow peers, the number of connections, and the order of a stop. Must not know what is
//! served. Supports only HTTP/1.1. It replaces `axum::serve` and hyper-util's `auto` builder, which leave silent
//! connections open forever, never disconnect a peer that does not read, and lose requests at a stop.

mod accept;
mod connection;
mod error;
mod head_timer;
mod open_files;
mod places;
mod shutdown;
mod signals;
mod small_reads;
mod tls;

use std::{net::SocketAddr, num::NonZeroUsize, sync::Arc, time::Duration};

use axum::Router;
use hyper_util::server::graceful::GracefulShutdown;
use ipnet::IpNet;
use tokio::{net::TcpListener, task::JoinSet, time::timeout};
use tokio_rustls::TlsAcceptor;

pub use connection::PeerAddr;
pub use error::ListenError;
pub use places::ConnectionCounts;
pub use shutdown::Shutdown;
pub use signals::{HangUps, stop_on_hang_up, stop_on_signals};
pub use tls::ServerCertificate;

use crate::config::{Config, ListenConfig, TlsConfig};
use crate::runtime::Workers;
use accept::ConnectionAcceptor;
use connection::Connections;
use places::Places;

/// The timeouts and the connection limit of a listener.
#[derive(Debug, Clone)]
pub struct ListenOptions {
    /// Certificate and key. Without them, the listener serves plain HTTP.
    pub tls: Option<TlsConfig>,
    /// The limit for a TLS handshake, for all headers of a request, and for the silence between two requests. When more
    /// than half of the connections are open, it falls to two seconds, except for trusted proxies.
    pub header_timeout: Duration,
    /// How long a response may wait for a peer that does not read.
    pub write_timeout: Duration,
    /// Open connections. Further ones wait in the kernel's queue until one closes.
    pub max_connections: usize,
    /// Open connections of one network: an IPv4 address, or a /64 of IPv6. Further ones are closed at once.
    pub connections_per_address: usize,
    /// Networks without that limit, because their connections are those of many callers.
    pub trusted_proxies: Vec<IpNet>,
}

impl ListenOptions {
    /// For the public listener.
    #[must_use]
    pub fn public(config: &Config) -> Self {
        let max_connections = open_files::connections(MAX_CONNECTIONS);
        let per_address =
            config.limits.connections_per_address.map_or(max_connections / 4, NonZeroUsize::get);
        Self {
            tls: config.listen.tls.clone(),
            max_connections,
            connections_per_address: per_address,
            trusted_proxies: config.listen.trusted_proxies.clone(),
            ..Self::operations(&config.listen)
        }
    }

    /// For the operations listener, which never uses TLS.
    #[must_use]
    pub fn operations(config: &ListenConfig) -> Self {
        Self {
            tls: None,
            header_timeout: config.header_timeout,
            write_timeout: config.write_timeout,
            max_connections: MAX_PROBES,
            connections_per_address: MAX_PROBES,
            trusted_proxies: Vec::new(),
        }
    }
}

/// Reads certificate and key as [`Listener::bind`] does, without binding an address.
///
/// # Errors
/// One line that names the file and says what to do.
pub fn check_tls(config: &ListenConfig) -> Result<(), ListenError> {
    config.tls.as_ref().map(ServerCertificate::load).transpose().map(drop)
}

/// A bound address, ready to serve.
pub struct Listener {
    /// Belongs to no runtime yet.
    socket: std::net::TcpListener,
    local: SocketAddr,
    tls: Option<TlsAcceptor>,
    certificate: Option<Arc<ServerCertificate>>,
    options: ListenOptions,
    counts: Arc<ConnectionCounts>,
}

impl Listener {
    /// Binds the address and reads the certificate; port 0 takes any free port.
    ///
    /// # Errors
    /// One line that names the address or the file, and says what to do.
    pub async fn bind(address: SocketAddr, options: ListenOptions) -> Result<Self, ListenError> {
        let certificate = options.tls.as_ref().map(ServerCertificate::load).transpose()?.map(Arc::new);
        let tls = certificate.clone().map(tls::acceptor).transpose()?;
        let refused = |source| ListenError::bind(address, source);
        let socket = TcpListener::bind(address).await.map_err(refused)?;
        let local = socket.local_addr().map_err(refused)?;
        let socket = socket.into_std().map_err(refused)?;
        Ok(Self { socket, local, tls, certificate, options, counts: Arc::default() })
    }

    /// The bound address, with the actual port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// The certificate, if the listener uses TLS. It can be replaced at any time.
    #[must_use]
    pub fn certificate(&self) -> Option<&Arc<ServerCertificate>> {
        self.certificate.as_ref()
    }

    /// What the listener does with connections.
    #[must_use]
    pub fn counts(&self) -> &Arc<ConnectionCounts> {
        &self.counts
    }

    /// Serves on the runtime of the caller until `stop` is complete, and returns how many connections had to be cut at its
    /// end.
    ///
    /// The order of the steps loses no request; each step alone would lose some. First, every response says
    /// `connection: close` while everything is still served (`lame_duck`). Then the connections in the kernel's queue
    /// are accepted and the socket is closed. Busy clients close their connections themselves. The remaining
    /// connections are asked to finish, and are cut when `drain` is over.
    pub async fn serve(self, app: Router, stop: Shutdown) -> usize {
        self.serve_each(app, stop, |tasks, connection| _ = tasks.spawn(connection)).await
    }

    /// As [`serve`](Self::serve), with the connections on `workers`. The runtime of the caller only accepts them.
    pub async fn serve_on(self, workers: &Workers, app: Router, stop: Shutdown) -> usize {
        self.serve_each(app, stop, |tasks, connection| workers.spawn(tasks, connection)).await
    }

    async fn serve_each(
        self,
        app: Router,
        stop: Shutdown,
        spawn: impl Fn(&mut JoinSet<()>, Served),
    ) -> usize {
        let socket = match TcpListener::from_std(self.socket) {
            Ok(socket) => socket,
            Err(error) => {
                tracing::error!(address = %self.local, %error, "cannot serve on this address");
                return 0;
            }
        };
        let mut tasks = JoinSet::new();
        let graceful = GracefulShutdown::new();
        let places = Places::new(&self.options, self.counts);
        let connections = Connections::new(app, self.tls, &self.options, places.clone(), stop.clone());
        let serve = |accepted| connections.serve(accepted, graceful.watcher());
        let mut acceptor = ConnectionAcceptor::new(socket, places);

        let mut lame_duck_over = std::pin::pin!(stop.lame_duck_over());
        loop {
            tokio::select! {
                biased;
                () = &mut lame_duck_over => break,
                Some(_) = tasks.join_next() => {}
                accepted = acceptor.next() => spawn(&mut tasks, serve(accepted)),
            }
        }
        for accepted in acceptor.close() {
            spawn(&mut tasks, serve(accepted));
        }

        tokio::select! {
            () = stop.cut_short() => {}
            () = drain(&mut tasks, graceful, stop.drain()) => {}
        }
        while tasks.try_join_next().is_some() {}
        tasks.len()
    }
}

/// A connection that is being served.
type Served = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener")
            .field("local", &self.local)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Waits for the connections to end: first without asking them, because a connection that looks idle may have a request
/// in transit; then by asking them to close.
async fn drain(tasks: &mut JoinSet<()>, graceful: GracefulShutdown, limit: Duration) {
    let settle = SETTLE.min(limit);
    let settled = timeout(settle, async { while tasks.join_next().await.is_some() {} }).await;
    if settled.is_err() {
        let ended = async {
            graceful.shutdown().await;
            // A connection on a worker has answered its last request a little before its task ends.
            while tasks.join_next().await.is_some() {}
        };
        // Whether or not this finished: the caller counts the remaining connections and drops them.
        let _ = timeout(limit.saturating_sub(settle), ended).await;
    }
}

const MAX_CONNECTIONS: usize = 16_384;
const MAX_PROBES: usize = 64;

/// Part of `drain`, so that a stop never takes longer than `lame_duck` and `drain` together.
const SETTLE: Duration = Duration::from_secs(2);
