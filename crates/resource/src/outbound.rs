//! Requests to the issuer: no redirects, an answer of at most 1 MiB within 5 seconds, connections kept open.

use std::error::Error;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, Url};

use crate::rejection::Outage;
use crate::server_url;

/// A pool of connections.
#[derive(Debug, Clone)]
pub(crate) struct Outbound(Client);

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) url: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Outbound {
    /// Connections to the host of `url`; the environment's proxy does not stand between the machine and itself.
    pub(crate) fn to(url: &Url) -> Result<Self, reqwest::Error> {
        let builder = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(PATIENCE)
            .timeout(PATIENCE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS);
        let builder = if server_url::is_loopback(url) { builder.no_proxy() } else { builder };
        builder.build().map(Self)
    }

    pub(crate) fn get(&self, url: &str) -> RequestBuilder {
        self.0.get(url)
    }

    pub(crate) fn post(&self, url: &str) -> RequestBuilder {
        self.0.post(url)
    }

    /// Sends what [`Self::get`] or [`Self::post`] began.
    pub(crate) async fn send(&self, url: &str, request: RequestBuilder) -> Result<Answer, Outage> {
        self.send_for(url, request, MAX_ANSWER_BYTES).await
    }

    /// The same with another limit on the answer.
    pub(crate) async fn send_for(
        &self,
        url: &str,
        request: RequestBuilder,
        most_bytes: usize,
    ) -> Result<Answer, Outage> {
        let no_answer = |error| Outage::NoAnswer { url: url.to_owned(), reason: reason(error) };
        let response = request.send().await.map_err(no_answer)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body(response, most_bytes).await.map_err(no_answer)?;
        let body = body.ok_or_else(|| Outage::TooLarge { url: url.to_owned() })?;
        Ok(Answer { url: url.to_owned(), status, headers, body })
    }

    /// The answer to a GET, which must be 200.
    pub(crate) async fn fetch(&self, url: &str) -> Result<Answer, Outage> {
        self.send(url, self.get(url)).await?.ok()
    }
}

impl Answer {
    pub(crate) fn ok(self) -> Result<Self, Outage> {
        if self.status == StatusCode::OK {
            return Ok(self);
        }
        Err(Outage::Status { url: self.url, status: self.status.as_u16() })
    }

    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, wanted: &'static str) -> Result<T, Outage> {
        serde_json::from_slice(&self.body).map_err(|_| Outage::Unreadable { url: self.url.clone(), wanted })
    }
}

async fn body(mut response: Response, most_bytes: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > most_bytes {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// What went wrong at the bottom of it; the library's own text says only that something did.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut deepest: &dyn Error = &error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// How long an answer may take, as a whole.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
const MAX_ANSWER_BYTES: usize = 1024 * 1024;
const IDLE_CONNECTIONS: usize = 32;
