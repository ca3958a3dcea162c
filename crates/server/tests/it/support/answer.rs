//! Responses, and the assertions that hold for every response of a kind.

use axum::body::Body;
use http::{HeaderMap, Response};
use http_body_util::BodyExt as _;
use serde_json::Value;

/// A complete response.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(response: Response<Body>) -> Self {
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Self { status: head.status.as_u16(), headers: head.headers, body }
    }

    /// The only value of this header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let values: Vec<_> = self.headers.get_all(name).iter().collect();
        assert!(values.len() <= 1, "{name} more than once: {values:?}");
        values.first().map(|value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    fn assert_uncached_json(&self) {
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:?}");
        assert_eq!(self.header("pragma"), Some("no-cache"), "{self:?}");
    }

    /// Asserts what holds for every refusal, and returns its description.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, error: &str) -> String {
        assert_eq!(self.status, status, "{self:?}");
        self.assert_uncached_json();
        let body = self.json();
        let body = body.as_object().unwrap();
        assert_eq!(body.keys().collect::<Vec<_>>(), ["error", "error_description", "error_id"], "{self:?}");
        assert_eq!(body["error"], error, "{self:?}");
        let description = body["error_description"].as_str().unwrap();
        assert!(!description.is_empty() && description.bytes().all(is_legal), "{description}");
        let lower = description.to_ascii_lowercase();
        assert!(!lower.contains("scope=") && !lower.contains("error="), "{description}");
        assert!(description.ends_with('.') && !description.contains('!'), "{description}");
        let id = body["error_id"].as_str().unwrap();
        assert!(id.len() > 10 && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'), "{id}");

        let challenge = (status == 401).then_some(r#"Basic realm="jeton", charset="UTF-8""#);
        assert_eq!(self.header("www-authenticate"), challenge, "{self:?}");
        let waits = self.header("retry-after").map(|seconds| seconds.parse::<u64>().unwrap() >= 1);
        assert_eq!(waits, matches!(status, 429 | 503).then_some(true), "{self:?}");
        let closes = matches!(status, 408 | 413 | 501).then_some("close");
        assert_eq!(self.header("connection"), closes, "{self:?}");
        assert_eq!(self.header("allow").is_some(), status == 405, "{self:?}");
        description.to_owned()
    }

    /// Asserts what holds for every response with a token, and returns the token.
    #[track_caller]
    pub(crate) fn token(&self) -> String {
        assert_eq!(self.status, 200, "{self:?}");
        self.assert_uncached_json();
        assert_eq!(self.header("www-authenticate"), None);
        let body = self.json();
        let body = body.as_object().unwrap();
        assert_eq!(
            body.keys().collect::<Vec<_>>(),
            ["access_token", "expires_in", "scope", "token_type"],
            "no refresh token and no other member"
        );
        assert_eq!(body["token_type"], "Bearer");
        assert!(body["expires_in"].as_u64().unwrap() > 0);
        let token = body["access_token"].as_str().unwrap().to_owned();
        assert!(token.len() <= 4_096 && token.bytes().all(|byte| byte.is_ascii_graphic()), "{token}");
        token
    }

    /// The scope of a response with a token.
    #[track_caller]
    pub(crate) fn scope(&self) -> String {
        self.token();
        self.json()["scope"].as_str().unwrap().to_owned()
    }

    /// The members of an active introspection response.
    #[track_caller]
    pub(crate) fn active(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        self.assert_uncached_json();
        let body = self.json();
        assert_eq!(body["active"], true, "{self:?}");
        body
    }

    /// Asserts the exact response to every successful revocation.
    #[track_caller]
    pub(crate) fn revoked(&self) {
        assert_eq!((self.status, self.body.as_str()), (200, ""), "{self:?}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{self:?}");
        assert_eq!(self.header("pragma"), Some("no-cache"), "{self:?}");
        assert_eq!(self.header("content-type"), None, "{self:?}");
    }

    /// Asserts the exact response for every inactive token.
    #[track_caller]
    pub(crate) fn inactive(&self) {
        assert_eq!(self.status, 200, "{self:?}");
        self.assert_uncached_json();
        assert_eq!(self.body, r#"{"active":false}"#);
    }
}

/// RFC 6749 §5.2.
fn is_legal(byte: u8) -> bool {
    matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}
