//! A reverse proxy for nodes, as small as it can be.
//!
//! Decides which node gets a request: one that is ready, in turns; and another one if the connection broke before the
//! response was complete. Requests of OAuth clients may be repeated: a token is signed for each, and a second revocation or
//! introspection has the same result. Must not know what a request means.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header, request::Parts};
use axum::response::{IntoResponse as _, Response};
use reqwest::Client;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::WalkError;

/// A running proxy. Dropping the value stops it.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    nodes: Arc<Nodes>,
    tasks: [JoinHandle<()>; 2],
}

impl Proxy {
    /// Starts a proxy without nodes on a free port.
    ///
    /// # Errors
    /// If no port can be bound.
    pub async fn start() -> Result<Self, WalkError> {
        let no_port = |error| WalkError::Io { action: "cannot bind a port for the proxy", error };
        let listener = TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await.map_err(no_port)?;
        let address = listener.local_addr().map_err(no_port)?;
        let http = Client::builder().no_proxy().timeout(TIMEOUT).build();
        let http = http.map_err(WalkError::http("cannot create the HTTP client"))?;
        let nodes = Arc::new(Nodes {
            http,
            list: RwLock::default(),
            turn: AtomicUsize::new(0),
            retries: AtomicUsize::new(0),
        });
        let app = Router::new().fallback(forward).with_state(Arc::clone(&nodes));
        let serve = tokio::spawn(async move {
            // It ends when the value is dropped.
            let _ = axum::serve(listener, app).await;
        });
        let probe = tokio::spawn(probe(Arc::clone(&nodes)));
        Ok(Self { address, nodes, tasks: [serve, probe] })
    }

    /// The URL for clients.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Adds a node, which gets requests when it is ready.
    pub fn add(&self, public: &str, operations: &str) {
        let node = Backend { public: public.to_owned(), operations: operations.to_owned(), is_ready: false };
        self.nodes.change(|list| list.push(node));
    }

    /// Forgets a node.
    pub fn remove(&self, public: &str) {
        self.nodes.change(|list| list.retain(|node| node.public != public));
    }

    /// How many nodes are ready.
    #[must_use]
    pub fn ready(&self) -> usize {
        self.nodes.all().iter().filter(|node| node.is_ready).count()
    }

    /// How many requests were sent again, because the connection to the first node broke.
    #[must_use]
    pub fn retries(&self) -> usize {
        self.nodes.retries.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

#[derive(Debug, Clone)]
struct Backend {
    public: String,
    operations: String,
    is_ready: bool,
}

#[derive(Debug)]
struct Nodes {
    http: Client,
    list: RwLock<Vec<Backend>>,
    turn: AtomicUsize,
    retries: AtomicUsize,
}

impl Nodes {
    fn change(&self, change: impl FnOnce(&mut Vec<Backend>)) {
        // A panic while the lock was held leaves a complete list.
        change(&mut self.list.write().unwrap_or_else(std::sync::PoisonError::into_inner));
    }

    fn all(&self) -> Vec<Backend> {
        self.list.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    /// All nodes in the order in which to try them: those that are ready in turns, then the others.
    fn in_turn(&self) -> Vec<Backend> {
        let (mut nodes, others): (Vec<_>, Vec<_>) = self.all().into_iter().partition(|node| node.is_ready);
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        if !nodes.is_empty() {
            let first = turn % nodes.len();
            nodes.rotate_left(first);
        }
        nodes.extend(others);
        nodes
    }
}

/// Asks each node several times a second whether it is ready.
async fn probe(nodes: Arc<Nodes>) {
    loop {
        for node in nodes.all() {
            let answer = nodes.http.get(format!("{}/readyz", node.operations)).timeout(PROBE_TIMEOUT).send();
            let is_ready = answer.await.is_ok_and(|answer| answer.status().is_success());
            nodes.change(|list| {
                for known in list.iter_mut().filter(|known| known.public == node.public) {
                    known.is_ready = is_ready;
                }
            });
        }
        tokio::time::sleep(PROBE_PAUSE).await;
    }
}

async fn forward(State(nodes): State<Arc<Nodes>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    // The body is kept, because it may be sent again.
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    for (attempt, node) in nodes.in_turn().iter().enumerate() {
        if attempt > 0 {
            nodes.retries.fetch_add(1, Ordering::Relaxed);
        }
        if let Ok(answer) = send(&nodes.http, &node.public, &head, body.clone()).await {
            return answer;
        }
    }
    StatusCode::BAD_GATEWAY.into_response()
}

/// Sends the request to a node, and reads the whole response.
async fn send(http: &Client, node: &str, head: &Parts, body: Bytes) -> Result<Response, reqwest::Error> {
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let request = http.request(head.method.clone(), format!("{node}{path}"));
    let answer = request.headers(end_to_end(&head.headers)).body(body).send().await?;
    let (status, headers) = (answer.status(), end_to_end(answer.headers()));
    let body = answer.bytes().await?;
    Ok((status, headers, Body::from(body)).into_response())
}

/// Without the headers that are about one connection (RFC 9110 §7.6.1) or that follow from the body.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in
        [header::CONNECTION, header::TRANSFER_ENCODING, header::CONTENT_LENGTH, header::TE, header::UPGRADE]
    {
        headers.remove(name);
    }
    headers
}

const TIMEOUT: Duration = Duration::from_secs(10);
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);
const PROBE_PAUSE: Duration = Duration::from_millis(100);
const MAX_BODY: usize = 65_536;
