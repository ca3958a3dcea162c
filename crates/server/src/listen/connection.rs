//! One connection, from its handshake to its end.
//!
//! Decides when a slow peer is disconnected: in the handshake, in the headers of a request, between requests, and while
//! it does not read a response. The extractor has the deadline of a body. Must not know what is served.
//!
//! An attacker can open many connections, so what an idle one keeps in memory is kept small.

use std::{convert::Infallible, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};

use axum::Router;
use http::{HeaderValue, Request, header};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::Watcher,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_io_timeout::TimeoutWriter;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;

use super::{
    ListenOptions, Served, Shutdown,
    accept::Accepted,
    head_timer::HeadTimer,
    places::{Place, Places},
    small_reads::SmallReads,
};

/// The address at the other end of the connection, in the extensions of every request.
///
/// An IPv4 peer of an IPv6 socket has an IPv4 address here, so that networks can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddr(pub SocketAddr);

/// The state that all connections of a listener share.
pub(super) struct Connections(Arc<Shared>);

struct Shared {
    app: Router,
    tls: Option<TlsAcceptor>,
    /// For connections that have less time while places run out.
    http: http1::Builder,
    /// For trusted proxies, which keep connections open for many callers.
    http_of_proxies: http1::Builder,
    handshake_timeout: Duration,
    places: Places,
    write_timeout: Duration,
    stop: Shutdown,
}

impl Connections {
    pub(super) fn new(
        app: Router,
        tls: Option<TlsAcceptor>,
        options: &ListenOptions,
        places: Places,
        stop: Shutdown,
    ) -> Self {
        let mut http_of_proxies = http1::Builder::new();
        http_of_proxies
            .timer(TokioTimer::new())
            .header_read_timeout(options.header_timeout)
            .max_header_size(MAX_HEAD)
            .max_buf_size(MAX_BUFFER);
        let mut http = http_of_proxies.clone();
        http.timer(HeadTimer::new(places.clone(), options.header_timeout));
        Self(Arc::new(Shared {
            app,
            tls,
            http,
            http_of_proxies,
            handshake_timeout: options.header_timeout,
            places,
            write_timeout: options.write_timeout,
            stop,
        }))
    }

    /// Serves the connection until it ends, then frees its place. The connection belongs to the runtime that polls this
    /// first. Without TLS, the future is much smaller.
    pub(super) fn serve(&self, accepted: Accepted, watcher: Watcher) -> Served {
        let shared = Arc::clone(&self.0);
        match &self.0.tls {
            None => Box::pin(shared.serve_plain(accepted, watcher)),
            Some(tls) => Box::pin(shared.serve_tls(tls.clone(), accepted, watcher)),
        }
    }
}

impl Shared {
    async fn serve_plain(self: Arc<Self>, Accepted { stream, peer, place }: Accepted, watcher: Watcher) {
        if let Some(stream) = self.register(stream) {
            self.serve_http(stream, peer, &place, watcher).await;
        }
    }

    async fn serve_tls(self: Arc<Self>, tls: TlsAcceptor, accepted: Accepted, watcher: Watcher) {
        let Accepted { stream, peer, place } = accepted;
        let Some(stream) = self.register(stream) else { return };
        let limit = self.handshake_timeout;
        let limit = if place.is_of_trusted_proxy() { limit } else { self.places.patience(limit) };
        match timeout(limit, tls.accept(stream)).await {
            Ok(Ok(stream)) => self.serve_http(stream, peer, &place, watcher).await,
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake timed out"),
        }
    }

    /// Registers the connection with the runtime that polls it.
    fn register(&self, stream: std::net::TcpStream) -> Option<Pin<Box<TimeoutWriter<TcpStream>>>> {
        // Responses are written as a whole, so Nagle's algorithm would only delay them.
        let stream = match stream.set_nodelay(true).and_then(|()| TcpStream::from_std(stream)) {
            Ok(stream) => stream,
            Err(error) => {
                tracing::debug!(%error, "a connection was closed before it was served");
                return None;
            }
        };
        // Below TLS, so that the timeout sees every byte that waits to be written.
        let mut stream = TimeoutWriter::new(stream);
        stream.set_timeout(Some(self.write_timeout));
        Some(Box::pin(stream))
    }

    async fn serve_http<S>(&self, stream: S, peer: SocketAddr, place: &Place, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let peer = PeerAddr(SocketAddr::new(peer.ip().to_canonical(), peer.port()));
        let service = service_fn(|mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            let answer = self.app.clone().oneshot(request);
            async {
                let mut response = answer.await?;
                if self.stop.is_stopping() {
                    // hyper closes the connection after this response, and the client opens another one for its next
                    // request.
                    response.headers_mut().insert(header::CONNECTION, CLOSE);
                }
                Ok::<_, Infallible>(response)
            }
        });
        let http = if place.is_of_trusted_proxy() { &self.http_of_proxies } else { &self.http };
        let connection = http.serve_connection(TokioIo::new(SmallReads::new(stream)), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(%error, "a connection was closed early");
        }
    }
}

const CLOSE: HeaderValue = HeaderValue::from_static("close");

/// Larger than any valid token or assertion in the headers. Larger headers get 431.
const MAX_HEAD: usize = 32 * 1024;

/// For input and for output that waits to be written. hyper reads slightly more, so this does not limit headers.
const MAX_BUFFER: usize = 64 * 1024;
