//! The response to a rejected request (RFC 6750 §3, RFC 9728 §5.1). Only this module selects the HTTP status. It
//! must not know gRPC, which has its own statuses.

use std::time::Duration;

use http::header::{CACHE_CONTROL, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::validate::rejection::Rejection;

/// Why a request is rejected.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// The request has no token.
    NoToken,
    /// The token is invalid or cannot be validated now.
    Rejected(Rejection),
    /// The token is missing a required scope.
    InsufficientScope,
}

/// The parameters of a challenge other than the error.
#[derive(Debug)]
pub(crate) struct Hints<'a> {
    /// All scopes that the request requires.
    pub(crate) scopes: &'a [String],
    /// The URL of the metadata document.
    pub(crate) resource_metadata: Option<&'a str>,
}

impl Refusal {
    pub(crate) fn respond<B: Default>(&self, hints: &Hints<'_>) -> Response<B> {
        let mut response = Response::new(B::default());
        *response.status_mut() = match self {
            Self::NoToken | Self::Rejected(Rejection::Invalid(_)) => StatusCode::UNAUTHORIZED,
            Self::Rejected(Rejection::Unavailable(_)) => StatusCode::SERVICE_UNAVAILABLE,
            Self::InsufficientScope => StatusCode::FORBIDDEN,
        };
        *response.headers_mut() = self.headers(hints);
        response
    }

    /// The challenge, or when to retry.
    pub(crate) fn headers(&self, hints: &Hints<'_>) -> HeaderMap {
        let (name, value) = match self {
            Self::NoToken => (WWW_AUTHENTICATE, challenge(None, hints)),
            Self::Rejected(Rejection::Invalid(_)) => {
                (WWW_AUTHENTICATE, challenge(Some("invalid_token"), hints))
            }
            Self::Rejected(Rejection::Unavailable(_)) => {
                (RETRY_AFTER, HeaderValue::from(TRY_AGAIN_AFTER.as_secs()))
            }
            Self::InsufficientScope => (WWW_AUTHENTICATE, challenge(Some("insufficient_scope"), hints)),
        };
        HeaderMap::from_iter([(CACHE_CONTROL, HeaderValue::from_static("no-store")), (name, value)])
    }
}

fn challenge(error: Option<&str>, hints: &Hints<'_>) -> HeaderValue {
    let scope = hints.scopes.join(" ");
    let scope = Some(scope.as_str()).filter(|scope| !scope.is_empty());
    let parameters = [("resource_metadata", hints.resource_metadata), ("scope", scope), ("error", error)];
    let quoted =
        parameters.into_iter().filter_map(|(name, value)| Some(format!("{name}=\"{}\"", legal(value?))));
    let challenge = format!("Bearer {}", quoted.collect::<Vec<_>>().join(", "));
    HeaderValue::from_str(challenge.trim_end()).unwrap_or(HeaderValue::from_static("Bearer"))
}

/// Removes characters that could end the quoted string. No legal scope or URL has them.
fn legal(value: &str) -> String {
    value.chars().filter(|char| matches!(char, ' '..='~') && !matches!(char, '"' | '\\')).collect()
}

/// When the caller should retry if its token cannot be validated now.
pub(crate) const TRY_AGAIN_AFTER: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_cannot_break_out_of_its_quotation() {
        let scopes = ["a\", error=\"x\\\r\n".to_owned()];
        let hints = Hints { scopes: &scopes, resource_metadata: None };
        assert_eq!(challenge(None, &hints), r#"Bearer scope="a, error=x""#);
    }

    #[test]
    fn a_challenge_without_hints_is_the_scheme_alone() {
        let hints = Hints { scopes: &[], resource_metadata: None };
        assert_eq!(challenge(None, &hints), "Bearer");
    }
}
