//! Requests without redirects, through a connection pool.

use reqwest::Client;
use reqwest::redirect::Policy;

use crate::{Outage, REQUEST_TIMEOUT, Request, Response, ServerUrl};

/// An HTTP client with a connection pool.
#[derive(Debug, Clone)]
pub struct HttpClient(Client);

/// TLS could not be set up.
pub type HttpClientError = reqwest::Error;

impl HttpClient {
    /// A client for the host of `url`. For a loopback host it ignores the proxy of the environment.
    ///
    /// # Errors
    /// [`HttpClientError`], if TLS cannot be set up.
    pub fn to(url: &ServerUrl) -> Result<Self, HttpClientError> {
        let builder = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(REQUEST_TIMEOUT)
            .timeout(REQUEST_TIMEOUT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS);
        let builder = if url.is_loopback() { builder.no_proxy() } else { builder };
        builder.build().map(Self)
    }

    /// Begins a GET request.
    pub fn get(&self, url: &ServerUrl) -> Request {
        Request::new(url, self.0.get(url.url().clone()))
    }

    /// Begins a POST request.
    pub fn post(&self, url: &ServerUrl) -> Request {
        Request::new(url, self.0.post(url.url().clone()))
    }

    /// Sends a GET request; the response status must be 200.
    ///
    /// # Errors
    /// [`Outage`], if there is no complete response with status 200.
    pub async fn fetch(&self, url: &ServerUrl) -> Result<Response, Outage> {
        self.get(url).send().await?.ok()
    }
}

const IDLE_CONNECTIONS: usize = 32;
