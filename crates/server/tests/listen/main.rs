//! The listener, over real sockets on loopback.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failure in shared test code fails the test")]

mod heads;
mod patience;
mod start;
mod stop;
mod tls;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, body::Bytes, extract::Extension, routing::get};
use jeton_server::Workers;
use jeton_server::config::TlsConfig;
use jeton_server::listen::{
    ConnectionCounts, ListenOptions, Listener, PeerAddr, ServerCertificate, Shutdown,
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    task::JoinHandle,
    time::timeout,
};

/// A listener that is being served, and the handle that stops it.
struct Server {
    address: SocketAddr,
    stop: Shutdown,
    served: JoinHandle<usize>,
    counts: Arc<ConnectionCounts>,
}

impl Server {
    async fn start(options: ListenOptions) -> Self {
        Self::stopping(options, Shutdown::new(Duration::ZERO, LONG_TIMEOUT)).await
    }

    /// A server with TLS, and its certificate.
    async fn with_tls(tls: TlsConfig) -> (Self, Arc<ServerCertificate>) {
        let listener = Listener::bind(ANY_PORT, ListenOptions { tls: Some(tls), ..options() }).await.unwrap();
        let certificate = Arc::clone(listener.certificate().unwrap());
        (Self::of(listener, Shutdown::new(Duration::ZERO, LONG_TIMEOUT)), certificate)
    }

    async fn stopping(options: ListenOptions, stop: Shutdown) -> Self {
        let listener = Listener::bind(ANY_PORT, options).await.unwrap_or_else(|error| panic!("{error}"));
        Self::of(listener, stop)
    }

    fn of(listener: Listener, stop: Shutdown) -> Self {
        let (address, counts) = (listener.local_addr(), Arc::clone(listener.counts()));
        let serving = stop.clone();
        let served = tokio::spawn(async move {
            // As a node serves: with connections in flight on both.
            let workers = Workers::start(2).unwrap();
            listener.serve_on(&workers, app(), serving).await
        });
        Self { address, stop, served, counts }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// A connection from this address of loopback.
    async fn connect_from(&self, address: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
        socket.connect(self.address).await.unwrap()
    }

    /// How many connections had to be cut.
    async fn ended(self) -> usize {
        timeout(LONG_TIMEOUT, self.served).await.expect("the stop does not end").unwrap()
    }
}

fn app() -> Router {
    Router::new()
        .route("/", get(async || "served"))
        .route("/peer", get(async |Extension(PeerAddr(peer)): Extension<PeerAddr>| peer.to_string()))
        .route("/large", get(async || Bytes::from(vec![b'x'; 32 << 20])))
        .route("/never", get(std::future::pending::<()>))
}

fn options() -> ListenOptions {
    ListenOptions {
        tls: None,
        header_timeout: LONG_TIMEOUT,
        write_timeout: LONG_TIMEOUT,
        max_connections: 1_024,
        connections_per_address: 1_024,
        trusted_proxies: Vec::new(),
    }
}

/// The response: the headers in lower case, and the body by its `content-length`. `None` if the connection ended first.
async fn answer(stream: &mut (impl AsyncRead + Unpin)) -> Option<(String, String)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.split("content-length: ").nth(1)?.split('\r').next()?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((head, String::from_utf8(body).unwrap()))
}

async fn ask(stream: &mut (impl AsyncRead + AsyncWrite + Unpin), path: &str) -> Option<(String, String)> {
    let request = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    answer(stream).await
}

/// Returns when the other side has closed or reset the connection; fails the test if it never does.
async fn is_cut(stream: &mut (impl AsyncRead + Unpin)) {
    let rest = async { while stream.read_u8().await.is_ok() {} };
    timeout(LONG_TIMEOUT, rest).await.expect("the connection was not cut");
}

const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Longer than anything in these tests takes. Only a failing test waits for it.
const LONG_TIMEOUT: Duration = Duration::from_secs(20);

/// The timeout that tests wait for.
const SHORT_TIMEOUT: Duration = Duration::from_millis(100);
