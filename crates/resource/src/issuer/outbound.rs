//! Requests to the issuer: no redirects, a response of at most 1 MiB within 5 seconds, and a connection pool.

use std::error::Error;
use std::time::Duration;

use http::{HeaderMap, StatusCode};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Response, Url};

use crate::issuer::server_url;
use crate::validate::rejection::Outage;

/// An HTTP client with a connection pool.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient(Client);

/// A complete response.
pub(crate) struct IssuerResponse {
    pub(crate) url: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl HttpClient {
    /// A client for the host of `url`. For a loopback host it ignores the proxy of the environment.
    pub(crate) fn to(url: &Url) -> Result<Self, reqwest::Error> {
        let builder = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(REQUEST_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
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

    /// Sends a request created by [`Self::get`] or [`Self::post`].
    pub(crate) async fn send(&self, url: &str, request: RequestBuilder) -> Result<IssuerResponse, Outage> {
        self.send_with_limit(url, request, MAX_RESPONSE_BYTES).await
    }

    /// Sends a request with another size limit on the response.
    pub(crate) async fn send_with_limit(
        &self,
        url: &str,
        request: RequestBuilder,
        max_bytes: usize,
    ) -> Result<IssuerResponse, Outage> {
        let no_response = |error| Outage::NoAnswer { url: url.to_owned(), reason: reason(error) };
        let response = request.send().await.map_err(no_response)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body(response, max_bytes).await.map_err(no_response)?;
        let body = body.ok_or_else(|| Outage::TooLarge { url: url.to_owned() })?;
        Ok(IssuerResponse { url: url.to_owned(), status, headers, body })
    }

    /// Sends a GET request; the response status must be 200.
    pub(crate) async fn fetch(&self, url: &str) -> Result<IssuerResponse, Outage> {
        self.send(url, self.get(url)).await?.ok()
    }
}

impl IssuerResponse {
    pub(crate) fn ok(self) -> Result<Self, Outage> {
        if self.status == StatusCode::OK {
            return Ok(self);
        }
        Err(Outage::Status { url: self.url, status: self.status.as_u16() })
    }

    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self, expected: &'static str) -> Result<T, Outage> {
        serde_json::from_slice(&self.body).map_err(|_| Outage::Unreadable { url: self.url.clone(), expected })
    }
}

async fn body(mut response: Response, max_bytes: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > max_bytes {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// The root cause: the library's own message does not contain it.
fn reason(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut deepest: &dyn Error = &error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

/// The timeout of a whole request.
pub(crate) const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_RESPONSE_BYTES: usize = 1024 * 1024;
const IDLE_CONNECTIONS: usize = 32;
