//! A token response (RFC 6749 §5.1).

use std::time::Duration;

use jeton_fetch::Response;
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::call_others::fetch_error::FetchError;
use crate::token::bearer::b64token;

#[derive(Deserialize)]
pub(crate) struct TokenResponse {
    #[serde(deserialize_with = "secret")]
    pub(crate) access_token: Zeroizing<String>,
    token_type: String,
    expires_in: Option<u32>,
}

impl TokenResponse {
    /// Parses a response with status 200; it must contain a bearer token.
    pub(crate) fn read(answer: &Response) -> Result<Self, FetchError> {
        serde_json::from_slice::<Self>(&answer.body)
            .ok()
            .filter(|response| {
                response.token_type.eq_ignore_ascii_case("bearer")
                    && b64token(response.access_token.as_bytes()).is_some()
            })
            .ok_or_else(|| FetchError::Unusable { url: answer.url.clone() })
    }

    /// How long the token may be used; short if the issuer does not say.
    pub(crate) fn lifetime(&self) -> Duration {
        self.expires_in.map_or(DEFAULT_LIFETIME, |seconds| Duration::from_secs(seconds.into()))
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(deserializer).map(Zeroizing::new)
}

const DEFAULT_LIFETIME: Duration = Duration::from_mins(1);
