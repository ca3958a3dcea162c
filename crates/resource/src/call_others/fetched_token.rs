//! A fetched token, and adding it to a request.

use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderValue};
use jeton_protocol::RedactedText;
use reqwest::Request;
use zeroize::Zeroizing;

/// A token to send as `Authorization: Bearer`.
#[derive(Debug, Clone)]
pub struct FetchedToken(Arc<RedactedText>);

impl FetchedToken {
    pub(crate) fn new(text: Zeroizing<String>) -> Self {
        Self(Arc::new(text.into()))
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }

    pub(crate) fn on(&self, mut request: Request) -> Request {
        if let Some(value) = self.authorization() {
            request.headers_mut().insert(AUTHORIZATION, value);
        }
        request
    }

    /// Adds the token to the metadata of a tonic call.
    ///
    /// Use it only for channels with TLS or to this machine: this method cannot check the target of the call.
    #[cfg(feature = "tonic")]
    pub fn authorize_call<T>(&self, request: &mut tonic::Request<T>) {
        let value = self.authorization();
        if let Some(Ok(mut value)) =
            value.map(|value| tonic::metadata::MetadataValue::try_from(value.as_bytes()))
        {
            value.set_sensitive(true);
            request.metadata_mut().insert("authorization", value);
        }
    }

    /// `None` only if the token is not a legal RFC 6750 token, which is checked when it is fetched.
    fn authorization(&self) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&Zeroizing::new(format!("Bearer {}", self.expose()))).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
