//! Why there is no token to send, or no answer to a request that carries one.

use serde::Deserialize;
use thiserror::Error;

use crate::outbound::Answer;
use crate::rejection::Outage;

/// Why [`TokenSource::token`](crate::TokenSource::token) has none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FetchError {
    /// The issuer refused: the credentials, the scope or the resource are wrong, and trying again will not help.
    #[error("{url} refused a token with status {status}: {error}")]
    Refused {
        /// The token endpoint.
        url: String,
        /// Its answer.
        status: u16,
        /// The error code and what the issuer says about it.
        error: String,
    },
    /// The issuer wants to be left alone for a while, which it is.
    #[error("{url} is busy and answered {status}")]
    Busy {
        /// The token endpoint.
        url: String,
        /// 429 or 503.
        status: u16,
    },
    /// The response is no token that can be used here.
    #[error("{url} answered a token that is not a usable bearer token")]
    Unusable {
        /// The token endpoint.
        url: String,
    },
    /// The issuer could not be asked.
    #[error(transparent)]
    Outage(#[from] Outage),
}

/// Why [`TokenSource::send`](crate::TokenSource::send) has no answer.
#[derive(Debug, Error)]
pub enum SendError {
    /// There is no token to send.
    #[error("there is no token to send: {0}")]
    Fetch(#[from] FetchError),
    /// The request would carry the token where others can read it.
    #[error("a token is sent to https URLs only (http is for loopback)")]
    Insecure,
    /// The request could not be built or was not answered.
    #[error(transparent)]
    Http(#[from] reqwest::Error),
}

impl FetchError {
    pub(crate) fn refused(answer: &Answer) -> Self {
        #[derive(Deserialize)]
        struct Body {
            error: String,
            error_description: Option<String>,
        }
        let error = match serde_json::from_slice::<Body>(&answer.body) {
            Ok(Body { error, error_description: Some(description) }) => format!("{error}: {description}"),
            Ok(Body { error, error_description: None }) => error,
            Err(_) => "no OAuth error in the answer".to_owned(),
        };
        let error = error.chars().filter(|char| !char.is_control()).take(MOST_CHARS).collect();
        Self::Refused { url: answer.url.clone(), status: answer.status.as_u16(), error }
    }
}

/// Of what an issuer says in an error.
const MOST_CHARS: usize = 500;
