//! One request, built as by a client and sent through the router in process.

use std::net::{IpAddr, SocketAddr};

use axum::Router;
use axum::body::Body;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, Method, Request};
use jeton_server::listen::PeerAddr;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tower::ServiceExt as _;

use super::{Answer, Client};

/// A request that was not sent yet.
#[must_use]
pub(crate) struct Call {
    app: Router,
    request: Request<Body>,
}

impl Call {
    pub(crate) fn new(app: Router, method: Method, path: &str) -> Self {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = method;
        *request.uri_mut() = path.parse().unwrap();
        Self { app, request }.from("192.0.2.1").header("host", "app.example.com")
    }

    /// The peer's address.
    pub(crate) fn from(mut self, address: &str) -> Self {
        let address: IpAddr = address.parse().unwrap();
        self.request.extensions_mut().insert(PeerAddr(SocketAddr::new(address, 40_000)));
        self
    }

    /// A request from an app that provides no peer address.
    pub(crate) fn without_peer(mut self) -> Self {
        self.request.extensions_mut().remove::<PeerAddr>();
        self
    }

    /// Removes this header.
    pub(crate) fn without_header(mut self, name: &'static str) -> Self {
        self.request.headers_mut().remove(name);
        self
    }

    /// Adds a header with any bytes.
    pub(crate) fn raw_header(mut self, name: &'static str, value: &[u8]) -> Self {
        let value = HeaderValue::from_bytes(value).unwrap();
        self.request.headers_mut().append(HeaderName::from_static(name), value);
        self
    }

    /// Adds a header.
    pub(crate) fn header(self, name: &'static str, value: &str) -> Self {
        self.raw_header(name, value.as_bytes())
    }

    /// Sets the body.
    pub(crate) fn body(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self.header("content-type", content_type)
    }

    /// Sets a form body.
    pub(crate) fn form(self, parameters: &[(&str, &str)]) -> Self {
        let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let pairs = parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        self.body(FORM, pairs.collect::<Vec<_>>().join("&"))
    }

    /// Sets a JSON body.
    pub(crate) fn json(self, body: &serde_json::Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Adds Basic credentials, form-encoded first (RFC 6749 §2.3.1).
    pub(crate) fn basic(self, client: &Client) -> Self {
        let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC);
        let pair = format!("{}:{}", encode(&client.id), encode(&client.secret));
        self.raw_basic(&pair)
    }

    /// Adds Basic credentials without form encoding.
    pub(crate) fn raw_basic(self, pair: &str) -> Self {
        self.header("authorization", &format!("Basic {}", STANDARD.encode(pair)))
    }

    pub(crate) async fn send(self) -> Answer {
        let response = self.app.oneshot(self.request).await.unwrap();
        Answer::read(response).await
    }
}

pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
