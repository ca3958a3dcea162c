//! One request, with limits on the time and on the size of the response.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use http::{HeaderName, HeaderValue};
use reqwest::RequestBuilder;
use serde::Serialize;

use crate::{Outage, Response, ServerUrl};

/// A request that is not sent yet. Created by [`HttpClient::get`](crate::HttpClient::get) and
/// [`HttpClient::post`](crate::HttpClient::post).
#[must_use]
pub struct Request {
    url: ServerUrl,
    builder: RequestBuilder,
    max_bytes: usize,
}

impl Request {
    pub(crate) fn new(url: &ServerUrl, builder: RequestBuilder) -> Self {
        Self { url: url.clone(), builder, max_bytes: MAX_RESPONSE_BYTES }
    }

    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    /// Adds HTTP Basic credentials (RFC 7617).
    pub fn basic_auth(mut self, id: &str, secret: &str) -> Self {
        self.builder = self.builder.basic_auth(id, Some(secret));
        self
    }

    /// Sets the body to a form.
    pub fn form<T: Serialize + ?Sized>(mut self, form: &T) -> Self {
        self.builder = self.builder.form(form);
        self
    }

    /// Sets another timeout than [`REQUEST_TIMEOUT`].
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.builder = self.builder.timeout(timeout);
        self
    }

    /// Sets another size limit on the response than 1 MiB.
    pub fn max_response_bytes(mut self, max_bytes: usize) -> Self {
        self.max_bytes = max_bytes;
        self
    }

    /// Sends the request and reads the response.
    ///
    /// # Errors
    /// [`Outage::NoAnswer`] and [`Outage::TooLarge`]. A response of any status is not an error.
    pub async fn send(self) -> Result<Response, Outage> {
        let url = self.url.as_str().to_owned();
        let no_answer = |error| Outage::NoAnswer { url: url.clone(), reason: reason(error) };
        let response = self.builder.send().await.map_err(no_answer)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = body(response, self.max_bytes).await.map_err(no_answer)?;
        match body {
            Some(body) => Ok(Response { url, status, headers, body }),
            None => Err(Outage::TooLarge { url }),
        }
    }
}

/// Shows neither headers nor body: they have credentials and tokens.
impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("url", &self.url).finish_non_exhaustive()
    }
}

async fn body(mut response: reqwest::Response, max_bytes: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
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
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_RESPONSE_BYTES: usize = 1024 * 1024;
