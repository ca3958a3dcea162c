//! Sends the requests that Intercom sends for its token and its data connector, as observed.
//!
//! Must not know the servers: it has five form fields, and the body template of a tool call.

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE};
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Account, WalkError};

/// The setting *Request format* of Intercom's token form.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Format {
    FormEncoded,
    Json,
}

/// The client: the configured fields, and its current token.
pub(crate) struct Fin {
    http: Client,
    account: Account,
    mcp_url: String,
    token: String,
}

impl Fin {
    pub(crate) fn new(account: Account, mcp_url: String) -> Result<Self, WalkError> {
        Ok(Self { http: http()?, account, mcp_url, token: String::new() })
    }

    /// Fetches a token and stores it.
    pub(crate) async fn fetch_token(&mut self, format: Format) -> Result<TokenAnswer, WalkError> {
        let action = "fetching a token";
        let fields = json!({
            "grant_type": "client_credentials",
            "client_id": self.account.client_id,
            "client_secret": self.account.client_secret,
            "scope": "read:me",
        });
        let request = self.http.post(&self.account.token_endpoint);
        let request = match format {
            Format::FormEncoded => request.form(&fields),
            Format::Json => request.json(&fields),
        };
        let response = request.send().await.map_err(WalkError::http(action))?;
        let status = response.status();
        let body = response.text().await.map_err(WalkError::http(action))?;
        if status != StatusCode::OK {
            return Err(WalkError::Unexpected { action, expected: "200", got: format!("{status} {body}") });
        }
        // The body contains the token, so the error does not repeat it.
        let unreadable = |error: serde_json::Error| WalkError::Unexpected {
            action,
            expected: "a token under the path \"access_token\"",
            got: error.to_string(),
        };
        let answer: TokenAnswer = serde_json::from_str(&body).map_err(unreadable)?;
        self.token.clone_from(&answer.access_token);
        Ok(answer)
    }

    /// Sends a single JSON-RPC request, without `initialize`, session or event stream.
    pub(crate) async fn send(&self, method: &str, params: &Value) -> Result<Answer, WalkError> {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let mut request = self.http.post(&self.mcp_url).header(CONTENT_TYPE, "application/json");
        if !self.token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {}", self.token));
        }
        let response = request.body(body.to_string()).send().await.map_err(WalkError::http(CALLING))?;
        let challenge = response.headers().get(WWW_AUTHENTICATE);
        let challenge = challenge.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
        let status = response.status();
        let body = response.text().await.map_err(WalkError::http(CALLING))?;
        Ok(Answer { status, challenge: challenge.unwrap_or_default(), body })
    }

    /// The tool call that the body template of the data connector produces for a visitor.
    pub(crate) fn tool_call(visitor: &str) -> Value {
        json!({"name": "GetSessionActivity", "arguments": {"visitorId": visitor}})
    }
}

/// The response of the token endpoint.
#[derive(Deserialize)]
pub(crate) struct TokenAnswer {
    access_token: String,
    pub(crate) token_type: String,
    pub(crate) expires_in: u64,
    pub(crate) scope: String,
}

/// The response of the MCP server.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) challenge: String,
    body: String,
}

impl Answer {
    /// Whether Intercom fetches a new token and retries.
    pub(crate) fn requires_new_token(&self) -> bool {
        matches!(self.status, StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
    }

    /// The JSON-RPC `result` of a 200.
    pub(crate) fn result(self) -> Result<Value, WalkError> {
        let document: Option<Value> = serde_json::from_str(&self.body).ok();
        match document.and_then(|mut document| document.get_mut("result").map(Value::take)) {
            Some(result) if self.status == StatusCode::OK => Ok(result),
            _ => Err(self.unexpected("200 with a JSON-RPC result")),
        }
    }

    /// The error for an unexpected response.
    pub(crate) fn unexpected(&self, expected: &'static str) -> WalkError {
        let got = format!("{} {} {}", self.status, self.challenge, self.body);
        WalkError::Unexpected { action: CALLING, expected, got: got.trim_end().to_owned() }
    }
}

/// A client for servers on this machine. It ignores proxies of the environment.
pub(crate) fn http() -> Result<Client, WalkError> {
    Client::builder().no_proxy().build().map_err(WalkError::http("cannot create the HTTP client"))
}

const CALLING: &str = "calling the MCP server";
