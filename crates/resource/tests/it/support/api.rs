//! A protected API, called in process.

use axum::Router;
use axum::body::Body;
use axum::routing;
use http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use jeton_resource::{BearerLayer, Token};
use tower::ServiceExt as _;

/// A complete response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// The only value of this header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values: Vec<_> = self.headers.get_all(name).iter().collect();
        assert!(values.len() <= 1, "{name} more than once: {values:?}");
        values.first().map(|value| value.to_str().unwrap())
    }

    pub(crate) fn challenge(&self) -> &str {
        self.header("www-authenticate").unwrap_or_else(|| panic!("no challenge: {self:?}"))
    }
}

/// An API whose `GET /things` responds with the client id and the scope.
pub(crate) fn api(layer: BearerLayer) -> Router {
    let things = |token: Token| async move { format!("{} {}", token.client_id(), token.scope()) };
    Router::new().route("/things", routing::get(things)).layer(layer)
}

pub(crate) async fn call(app: &Router, request: Request<Body>) -> Answer {
    let (head, body) = app.clone().oneshot(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    }
}

/// Sends a request with these `Authorization` headers.
pub(crate) async fn ask(app: &Router, method: Method, path: &str, authorization: &[&str]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for value in authorization {
        request = request.header("authorization", *value);
    }
    call(app, request.body(Body::empty()).unwrap()).await
}

/// Sends `GET /things` with a token.
pub(crate) async fn get(app: &Router, token: &str) -> Answer {
    ask(app, Method::GET, "/things", &[&format!("Bearer {token}")]).await
}
