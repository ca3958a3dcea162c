//! An authorization server on loopback with configurable responses, which records the requests.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use http::{HeaderMap, Response, StatusCode};
use jeton_reserved_port::ReservedPort;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

use super::TestKey;

pub(crate) struct TestIssuer {
    pub(crate) url: String,
    port: ReservedPort,
    answers: Arc<Answers>,
    serving: Mutex<Option<AbortHandle>>,
}

/// A recorded request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

#[derive(Default)]
struct Answers {
    /// By path.
    given: Mutex<HashMap<String, (u16, HeaderMap, String)>>,
    silent: Mutex<HashSet<String>>,
    asked: Mutex<Vec<Request>>,
}

impl TestIssuer {
    pub(crate) async fn start() -> Self {
        let issuer = Self::down();
        issuer.come_up().await;
        issuer
    }

    /// An issuer with an address that does not accept connections.
    pub(crate) fn down() -> Self {
        let port = ReservedPort::new().unwrap();
        let url = format!("http://{}", port.address());
        let issuer = Self { url, port, answers: Arc::default(), serving: Mutex::default() };
        issuer.answer("/.well-known/oauth-authorization-server", &issuer.metadata());
        issuer
    }

    pub(crate) async fn come_up(&self) {
        let listener = TcpListener::bind(self.port.address()).await.unwrap();
        let app = Router::new().fallback(answer).with_state(Arc::clone(&self.answers));
        let serving = tokio::spawn(async move { axum::serve(listener, app).await });
        *self.serving.lock().unwrap() = Some(serving.abort_handle());
    }

    /// Makes every response 503.
    pub(crate) fn fail(&self) {
        let mut given = self.answers.given.lock().unwrap();
        for answer in given.values_mut() {
            answer.0 = 503;
        }
    }

    /// Never answers requests to this path, until a new answer is set.
    pub(crate) fn fall_silent(&self, path: &str) {
        self.answers.silent.lock().unwrap().insert(path.to_owned());
    }

    pub(crate) fn metadata(&self) -> Value {
        let url = &self.url;
        json!({
            "issuer": url, "jwks_uri": format!("{url}/jwks"), "token_endpoint": format!("{url}/token"),
            "introspection_endpoint": format!("{url}/introspect"),
            "revocation_feed_endpoint": format!("{url}/revocations"), "response_types_supported": [],
        })
    }

    pub(crate) fn publish(&self, keys: &[&TestKey]) {
        let keys: Vec<_> = keys.iter().map(|key| key.jwk()).collect();
        self.answer("/jwks", &json!({ "keys": keys }));
    }

    pub(crate) fn answer(&self, path: &str, body: &Value) {
        self.answer_with(path, 200, &[("cache-control", "public, max-age=300")], &body.to_string());
    }

    pub(crate) fn answer_with(
        &self,
        path: &str,
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: &str,
    ) {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let answer = (status, headers.collect(), body.to_owned());
        self.answers.given.lock().unwrap().insert(path.to_owned(), answer);
        self.answers.silent.lock().unwrap().remove(path);
    }

    pub(crate) fn forget(&self, path: &str) {
        self.answers.given.lock().unwrap().remove(path);
    }

    /// The requests to this path, in order.
    pub(crate) fn asked(&self, path: &str) -> Vec<Request> {
        let asked = self.answers.asked.lock().unwrap();
        asked.iter().filter(|request| request.path == path).cloned().collect()
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.asked(path).len()
    }
}

impl Drop for TestIssuer {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.lock().unwrap().take() {
            serving.abort();
        }
    }
}

async fn answer(State(answers): State<Arc<Answers>>, request: http::Request<Body>) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    let path = head.uri.path().to_owned();
    answers.asked.lock().unwrap().push(Request { path: path.clone(), headers: head.headers, body });
    let is_silent = answers.silent.lock().unwrap().contains(&path);
    if is_silent {
        std::future::pending::<()>().await;
    }
    // Lets concurrent requests overlap.
    tokio::task::yield_now().await;
    let given = answers.given.lock().unwrap().get(&path).cloned();
    let (status, headers, body) = given.unwrap_or((404, HeaderMap::new(), String::new()));
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response.headers_mut().extend(headers);
    response
}
