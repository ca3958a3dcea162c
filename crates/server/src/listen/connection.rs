//! One connection, from its handshake to its end.
//!
//! Decides when a slow peer is disconnected: in the handshake, in the headers of a request, between requests, and while
//! it does not read a response. The extractor has the deadline of a body. Must not know what is served.

use std::{convert::Infallible, future::Future, net::SocketAddr, sync::Arc, time::Duration};

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

use super::{ListenOptions, Shutdown, accept::Accepted};

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
    http: http1::Builder,
    handshake_timeout: Duration,
    write_timeout: Duration,
    stop: Shutdown,
}

impl Connections {
    pub(super) fn new(
        app: Router,
        tls: Option<TlsAcceptor>,
        options: &ListenOptions,
        stop: Shutdown,
    ) -> Self {
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new())
            .header_read_timeout(options.header_timeout)
            .max_header_size(MAX_HEAD)
            .max_buf_size(MAX_BUFFER);
        Self(Arc::new(Shared {
            app,
            tls,
            http,
            handshake_timeout: options.header_timeout,
            write_timeout: options.write_timeout,
            stop,
        }))
    }

    /// Serves the connection until it ends, then releases its permit. The connection belongs to the runtime that polls
    /// this first.
    pub(super) fn serve(
        &self,
        accepted: Accepted,
        watcher: Watcher,
    ) -> impl Future<Output = ()> + Send + use<> {
        let shared = Arc::clone(&self.0);
        async move {
            let Accepted { stream, peer, permit } = accepted;
            let peer = PeerAddr(SocketAddr::new(peer.ip().to_canonical(), peer.port()));
            // Responses are written as a whole, so Nagle's algorithm would only delay them.
            let stream = match stream.set_nodelay(true).and_then(|()| TcpStream::from_std(stream)) {
                Ok(stream) => stream,
                Err(error) => {
                    tracing::debug!(%error, "a connection was closed before it was served");
                    return;
                }
            };
            // Below TLS, so that the timeout sees every byte that waits to be written.
            let mut stream = TimeoutWriter::new(stream);
            stream.set_timeout(Some(shared.write_timeout));
            let stream = Box::pin(stream);
            match &shared.tls {
                None => shared.serve_http(stream, peer, watcher).await,
                Some(tls) => match timeout(shared.handshake_timeout, tls.accept(stream)).await {
                    Ok(Ok(stream)) => shared.serve_http(stream, peer, watcher).await,
                    Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                    Err(_) => tracing::debug!("a TLS handshake timed out"),
                },
            }
            drop(permit);
        }
    }
}

impl Shared {
    async fn serve_http<S>(&self, stream: S, peer: PeerAddr, watcher: Watcher)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
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
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
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
