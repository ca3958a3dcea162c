//! Tests against a server on loopback.

#![expect(clippy::unwrap_used, reason = "shared test helpers may panic")]

mod keys_at_a_url;
mod limits;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jeton_fetch::{Clock, ServerUrl};

/// A clock that stands still until a test advances it.
#[derive(Debug, Default)]
struct TestClock(AtomicU64);

impl TestClock {
    fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        0
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// A server with a key set, and how often the key set was requested.
struct Server {
    url: String,
    state: Arc<AtomicUsize>,
}

impl Server {
    async fn start() -> Self {
        let state = Arc::new(AtomicUsize::new(0));
        let app = Router::new()
            .route("/keys", get(keys))
            .route("/moved", get(|| async { Redirect::temporary("/keys") }))
            .route("/large", get(|| async { "x".repeat(1024 * 1024 + 1) }))
            .with_state(Arc::clone(&state));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, state }
    }

    fn at(&self, path: &str) -> ServerUrl {
        ServerUrl::parse(&format!("{}{path}", self.url)).unwrap()
    }

    fn requests(&self) -> usize {
        self.state.load(Ordering::SeqCst)
    }
}

async fn keys(State(requests): State<Arc<AtomicUsize>>) -> Response {
    requests.fetch_add(1, Ordering::SeqCst);
    ([("cache-control", "max-age=300")], KEYS).into_response()
}

/// The key of RFC 8037 Appendix A.2.
const KEYS: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","kid":"a"}]}"#;
