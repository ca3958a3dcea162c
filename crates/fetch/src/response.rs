//! A complete response.

use std::fmt;

use http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;

use crate::Outage;

/// A complete response, of any status.
#[derive(Clone)]
pub struct Response {
    /// The requested URL.
    pub url: String,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Response {
    /// The response, if its status is 200.
    ///
    /// # Errors
    /// [`Outage::Status`] for every other status.
    pub fn ok(self) -> Result<Self, Outage> {
        if self.status == StatusCode::OK {
            return Ok(self);
        }
        Err(Outage::Status { url: self.url, status: self.status.as_u16() })
    }

    /// Parses the body. `expected` names the document, for the error.
    ///
    /// # Errors
    /// [`Outage::Unreadable`], if the body is not JSON of this type.
    pub fn json<T: DeserializeOwned>(&self, expected: &'static str) -> Result<T, Outage> {
        serde_json::from_slice(&self.body).map_err(|_| Outage::Unreadable { url: self.url.clone(), expected })
    }
}

/// Does not show the body: it may contain a token.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("url", &self.url)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
