//! The outcome of a simulated token request.

use jeton_protocol::{AccessTokenClaims, ClientId};
use serde::Serialize;
use serde_json::{Map, Value};

/// What a token request would result in now.
#[derive(Debug, Clone, Serialize)]
pub struct Simulation {
    /// The account that the request was simulated for.
    pub client_id: ClientId,
    /// Whether the account has a secret that a real request could use.
    pub has_active_secret: bool,
    /// The claims that a token would have, or why the request would be refused. The `jti` is random and belongs to no
    /// token.
    pub outcome: Result<Box<AccessTokenClaims>, ExplainedRefusal>,
}

/// Why a request is refused, as `jeton explain` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExplainedRefusal {
    /// The name of the reason, for programs.
    pub reason: String,
    /// What happened.
    pub why: String,
    /// The rule that was broken, with its section.
    pub rule: String,
    /// What to do about it.
    pub cure: String,
    /// Details: texts, times, numbers, and lists of texts.
    pub facts: Map<String, Value>,
}
