//! Why a token cannot be fetched, or a request with a token cannot be sent.

use jeton_fetch::{Outage, Response};
use serde::Deserialize;
use thiserror::Error;

/// Why [`TokenSource::token`](crate::TokenSource::token) returned no token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The issuer rejected the request: the credentials, the scope or the resource are wrong. A retry will not help.
    #[error("{url} rejected the token request with status {status}: {error}")]
    Refused {
        /// The token endpoint.
        url: String,
        /// The response status.
        status: u16,
        /// The error code and its description.
        error: String,
    },
    /// The issuer is overloaded. Further requests are paused for as long as it asks.
    #[error("{url} is busy and responded with status {status}")]
    Busy {
        /// The token endpoint.
        url: String,
        /// 429 or 503.
        status: u16,
    },
    /// The response does not contain a usable token.
    #[error("the response from {url} does not contain a usable bearer token")]
    Unusable {
        /// The token endpoint.
        url: String,
    },
    /// The issuer is unavailable or misconfigured.
    #[error(transparent)]
    Outage(#[from] Outage),
}

/// Why [`TokenSource::send`](crate::TokenSource::send) returned no response.
#[derive(Debug, Error)]
pub enum SendError {
    /// No token could be fetched.
    #[error("no token could be fetched: {0}")]
    Fetch(#[from] FetchError),
    /// The URL is not `https`, so others could read the token.
    #[error("tokens are sent only to https URLs (http is for loopback only)")]
    Insecure,
    /// The request could not be built, or there was no response.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

impl FetchError {
    pub(crate) fn refused(answer: &Response) -> Self {
        #[derive(Deserialize)]
        struct Body {
            error: String,
            error_description: Option<String>,
        }
        let error = match serde_json::from_slice::<Body>(&answer.body) {
            Ok(Body { error, error_description: Some(description) }) => format!("{error}: {description}"),
            Ok(Body { error, error_description: None }) => error,
            Err(_) => "no OAuth error in the response".to_owned(),
        };
        let error = error.chars().filter(|char| !char.is_control()).take(MAX_ERROR_CHARS).collect();
        Self::Refused { url: answer.url.clone(), status: answer.status.as_u16(), error }
    }
}

/// The maximum length of an issuer's error text.
const MAX_ERROR_CHARS: usize = 500;
