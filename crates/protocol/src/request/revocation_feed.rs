//! A request to the revocation feed.
//!
//! This module parses the query and the credentials. It must not know what has changed, nor the version that the caller
//! already has: that is in an HTTP header.

use std::time::Duration;

use percent_encoding::percent_decode;

use crate::{
    MAX_FEED_WAIT_SECONDS, Malformed, Parameters, PresentedClient, RequestHead, RequestPart, refuse_query,
};

/// The parts of a request to the revocation feed.
#[derive(Debug, Clone)]
pub struct RevocationFeedRequest {
    /// How long the server may wait for a change before it responds; at most [`MAX_FEED_WAIT_SECONDS`].
    pub wait: Duration,
    /// The presented client credentials.
    pub client: PresentedClient,
}

impl RevocationFeedRequest {
    /// Combines the query with the request's head: a GET has no body for credentials. `wait` is
    /// the only parameter; others are ignored.
    ///
    /// # Errors
    /// [`Malformed`], if `wait` is not a number or is repeated, or if a credential is in the query.
    pub fn from_parts(query: Option<&str>, head: &RequestHead<'_>) -> Result<Self, Malformed> {
        refuse_query(&[], query).map_err(|malformed| match malformed {
            Malformed::InQuery(part) => Malformed::CredentialInQuery(part),
            other => other,
        })?;
        let wait = wait(query.unwrap_or_default())?;
        let client = PresentedClient::take(&mut Parameters::default(), head)?;
        Ok(Self { wait, client })
    }
}

fn wait(query: &str) -> Result<Duration, Malformed> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut values =
        pairs.filter(|(name, value)| percent_decode(name.as_bytes()).eq(*b"wait") && !value.is_empty());
    let Some((_, value)) = values.next() else { return Ok(Duration::ZERO) };
    if values.next().is_some() {
        return Err(Malformed::Repeated(WAIT));
    }
    if !value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Malformed::NotANumber(WAIT));
    }
    // All digits, so a parse error means that the number is too large.
    let seconds = value.parse().unwrap_or(MAX_FEED_WAIT_SECONDS);
    Ok(Duration::from_secs(seconds.min(MAX_FEED_WAIT_SECONDS)))
}

const WAIT: RequestPart = RequestPart::Parameter("wait");

#[cfg(test)]
mod tests {
    use super::*;

    fn wait_of(query: &str) -> Result<u64, Malformed> {
        RevocationFeedRequest::from_parts(Some(query), &RequestHead::default())
            .map(|request| request.wait.as_secs())
    }

    #[test]
    fn without_wait_the_server_responds_at_once() {
        assert!(RevocationFeedRequest::from_parts(None, &RequestHead::default()).unwrap().wait.is_zero());
        for query in ["", "wait", "wait=", "Wait=9", "await=9", "a=wait&b=9"] {
            assert_eq!(wait_of(query), Ok(0), "{query}");
        }
    }

    #[test]
    fn a_wait_is_whole_seconds_and_at_most_25() {
        for (query, seconds) in [
            ("wait=0", 0),
            ("wait=7", 7),
            ("a=b&wait=25&c", 25),
            ("%77ait=7", 7),
            ("wait=26", 25),
            ("wait=99999999999999999999999", 25),
        ] {
            assert_eq!(wait_of(query), Ok(seconds), "{query}");
        }
    }

    #[test]
    fn a_wait_that_is_not_a_number_is_rejected() {
        for query in ["wait=-1", "wait=1.5", "wait=20s", "wait=%31", "wait=1,2"] {
            assert_eq!(wait_of(query), Err(Malformed::NotANumber(WAIT)), "{query}");
        }
        assert_eq!(wait_of("wait=1&wait=2"), Err(Malformed::Repeated(WAIT)));
    }

    #[test]
    fn credentials_in_the_query_are_rejected_and_other_parameters_ignored() {
        for name in ["client_id", "client_secret", "client_assertion", "client_assertion_type"] {
            let refused = Err(Malformed::CredentialInQuery(RequestPart::Parameter(name)));
            assert_eq!(wait_of(&format!("wait=1&{name}=x")), refused, "{name}");
        }
        assert_eq!(wait_of("token=x&scope=y&wait=3&%zz"), Ok(3));
    }

    #[test]
    fn the_credentials_are_read_from_the_header() {
        let head = RequestHead::new([&b"Basic YTpi"[..]]);
        let request = RevocationFeedRequest::from_parts(None, &head).unwrap();
        assert!(matches!(request.client, PresentedClient::Secret(pair) if pair.client_id == "a"));
    }
}
