//! One request, and whether its answer is right.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;

/// What was requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A token for an account that the node has in memory.
    WarmToken,
    /// The introspection of a token that the node has seen.
    SeenToken,
    /// The JWK Set.
    Keys,
    /// `/readyz`.
    Readiness,
    /// A token for an account that the node does not have in memory.
    ColdToken,
    /// A token with the secret of another account.
    WrongSecret,
    /// A client revokes its own token.
    Revocation,
}

impl Kind {
    /// Whether the node must answer it while the database is away.
    pub(crate) fn is_warm(self) -> bool {
        matches!(self, Self::WarmToken | Self::SeenToken | Self::Keys | Self::Readiness)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::WarmToken => "token of a warm account",
            Self::SeenToken => "introspection of a seen token",
            Self::Keys => "JWK Set",
            Self::Readiness => "readiness",
            Self::ColdToken => "token of a cold account",
            Self::WrongSecret => "wrong secret",
            Self::Revocation => "revocation",
        })
    }
}

/// A whole response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) has_retry_after: bool,
    /// `null` if it is not JSON.
    pub(crate) body: Value,
}

/// What an answer means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As without a fault.
    Normal,
    /// 503, with `Retry-After`.
    Unavailable,
    /// An answer that a fault must never cause.
    Wrong(String),
    /// The connection broke.
    NoAnswer,
}

impl Outcome {
    /// The meaning of an answer to this kind of request.
    pub(crate) fn of(kind: Kind, answer: &Answer) -> Self {
        match (kind, answer.status) {
            // Probes do not need to know when to ask again.
            (Kind::Readiness, 503) => Self::Unavailable,
            (_, 503) if answer.has_retry_after => Self::Unavailable,
            (_, 503) => Self::Wrong("503 without Retry-After".to_owned()),
            (Kind::WrongSecret, 200) => Self::Wrong("a token for a wrong secret".to_owned()),
            (Kind::SeenToken, 200) if answer.body["active"] != true => {
                Self::Wrong("said to be inactive".to_owned())
            }
            (Kind::WrongSecret, 401) | (_, 200) => Self::Normal,
            (_, status) => {
                Self::Wrong(format!("{status} {}", answer.body["error"].as_str().unwrap_or_default()))
            }
        }
    }
}

/// A request that was sent.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) kind: Kind,
    pub(crate) node: usize,
    pub(crate) sent: Instant,
    pub(crate) elapsed: Duration,
    pub(crate) outcome: Outcome,
}

/// All requests of a measurement.
#[derive(Debug, Clone, Default)]
pub(crate) struct Samples(Arc<Mutex<Vec<Sample>>>);

impl Samples {
    pub(crate) fn add(&self, sample: Sample) {
        self.all().push(sample);
    }

    /// Whether this is so for one of the requests so far.
    pub(crate) fn any(&self, is_so: impl FnMut(&Sample) -> bool) -> bool {
        self.all().iter().any(is_so)
    }

    /// The requests so far. The next ones are collected apart.
    pub(crate) fn take(&self) -> Vec<Sample> {
        std::mem::take(&mut *self.all())
    }

    fn all(&self) -> MutexGuard<'_, Vec<Sample>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome(kind: Kind, status: u16, has_retry_after: bool, body: Value) -> Outcome {
        Outcome::of(kind, &Answer { status, has_retry_after, body })
    }

    #[test]
    fn a_refusal_is_wrong_for_every_request_that_is_not() {
        for status in [400, 401, 404, 429, 500] {
            for kind in [Kind::WarmToken, Kind::SeenToken, Kind::Keys, Kind::ColdToken, Kind::Revocation] {
                let outcome = outcome(kind, status, true, json!({ "error": "invalid_client" }));
                assert_eq!(outcome, Outcome::Wrong(format!("{status} invalid_client")), "{kind}");
            }
        }
        assert_eq!(outcome(Kind::WrongSecret, 401, false, Value::Null), Outcome::Normal);
        assert!(matches!(outcome(Kind::WrongSecret, 200, false, Value::Null), Outcome::Wrong(_)));
        assert!(matches!(outcome(Kind::WrongSecret, 400, false, Value::Null), Outcome::Wrong(_)));
    }

    #[test]
    fn a_503_needs_retry_after_except_for_probes() {
        for kind in [Kind::WarmToken, Kind::ColdToken, Kind::WrongSecret, Kind::Revocation] {
            assert_eq!(outcome(kind, 503, true, Value::Null), Outcome::Unavailable);
            assert!(matches!(outcome(kind, 503, false, Value::Null), Outcome::Wrong(_)));
        }
        assert_eq!(outcome(Kind::Readiness, 503, false, Value::Null), Outcome::Unavailable);
    }

    #[test]
    fn a_seen_token_that_is_said_to_be_inactive_is_wrong() {
        assert_eq!(outcome(Kind::SeenToken, 200, false, json!({ "active": true })), Outcome::Normal);
        assert!(matches!(
            outcome(Kind::SeenToken, 200, false, json!({ "active": false })),
            Outcome::Wrong(_)
        ));
    }
}
