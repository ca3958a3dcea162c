//! Explains why a request was refused, by which rule, and what to do about it: for the operator, never for the caller.
//!
//! The matches are exhaustive on purpose: a new reason does not compile until it has an explanation. An explanation
//! repeats input of the caller only if the core knows that it is harmless.

mod client;
mod fact;
mod failure;
mod hidden_client;
mod malformed;
mod message;
mod policy;
mod reason;
mod server_fault;
mod simulated;

use std::borrow::Cow;

use jeton_core::model::Timestamp;
use jeton_core::{Refusal, SecretCheck};
use serde::Serialize;

use crate::oauth::failure::Failure;

pub use fact::{Fact, Facts};
pub use reason::Reason;
pub use simulated::OperatorExplanations;

/// The reason of a refusal, with its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The reason's name, for programs.
    pub reason: Reason,
    /// What happened.
    pub why: Cow<'static, str>,
    /// The rule that was broken, with its section.
    pub rule: &'static str,
    /// What to do about it.
    pub cure: Cow<'static, str>,
    /// Details.
    pub facts: Facts,
}

impl Explanation {
    /// Explains why the authorization server refused a request at `now`, whose caller claimed to be `client_id`.
    #[must_use]
    pub fn of_refusal(refusal: &Refusal, client_id: Option<&str>, now: Timestamp) -> Self {
        Self::of_checked_refusal(refusal, client_id, SecretCheck::Passed, now)
    }

    /// As [`of_refusal`](Self::of_refusal), also for a simulated request, which may have no secret.
    fn of_checked_refusal(
        refusal: &Refusal,
        client_id: Option<&str>,
        secret: SecretCheck,
        now: Timestamp,
    ) -> Self {
        let id = client_id.unwrap_or("ID");
        match refusal {
            Refusal::Malformed(malformed) => malformed::explain(malformed),
            Refusal::UnsupportedGrantType => Self::new(
                Reason::UnsupportedGrantType,
                "The client requested a grant type other than client_credentials.",
                "RFC 6749 §4.4.2: grant_type must be client_credentials, in lower case.",
                "Configure the client to use the client credentials grant.",
            ),
            Refusal::WrongRegion { region, token_endpoint } => Self::new(
                Reason::WrongRegion,
                format!("The client id belongs to region {region}, but this node serves another region."),
                "A client id names its region. Only that region's token endpoint issues its tokens.",
                format!("Configure the client to use the token endpoint {token_endpoint}."),
            )
            .with("region", region)
            .with("token_endpoint", token_endpoint),
            Refusal::Client(fault) => client::explain(fault, id, secret, now),
            Refusal::Limited { retry_after } => Self::new(
                Reason::TooManyFailures,
                "This client id failed too often from this network, so the secret was not checked.",
                "[limits] failures and per: further attempts must wait. Not affected are other networks, correct generated secrets, and secrets that were correct before.",
                format!("Look up why it failed, with the error_id of an earlier refusal, and correct the secret: `jeton secret list {id}`."),
            )
            .fact("retry_after", Fact::Seconds(retry_after.as_secs())),
            Refusal::TooManyInvalidTokens { retry_after } => Self::new(
                Reason::TooManyInvalidTokens,
                "The account presented too many tokens that no key of this region created, so this one was not checked.",
                "The number of invalid tokens of one kind that are checked per account and second is limited. Tokens seen before are always checked.",
                "Find out who sends invalid tokens to this API, and limit them there.",
            )
            .fact("retry_after", Fact::Seconds(retry_after.as_secs())),
            Refusal::TooManyRevocations { retry_after } => Self::new(
                Reason::TooManyRevocations,
                "The account revoked too many tokens at once, so this one was not revoked.",
                "The number of tokens that are revoked per account and second is limited: each revocation is a durable write that other requests wait for.",
                "Slow the client down, or revoke all tokens of the account at once: `jeton account revoke-tokens`.",
            )
            .fact("retry_after", Fact::Seconds(retry_after.as_secs())),
            Refusal::Target(fault) => policy::explain_target(fault, id),
            Refusal::Scope(fault) => policy::explain_scope(fault, id),
            Refusal::ForeignToken => Self::new(
                Reason::ForeignToken,
                "The account tried to revoke an active token of another account. The token was not revoked.",
                "RFC 7009 §2.1: a client can revoke only its own tokens.",
                "Revoke the token with the account that it was issued to, or as an administrator: `jeton token revoke`.",
            ),
            Refusal::NoIntrospectionRight => Self::new(
                Reason::NoIntrospectionRight,
                "The account requested the revocation feed, but it is not allowed to introspect the tokens of any resource.",
                "The revocation feed lists revocations only for the resources whose tokens the account may introspect.",
                format!("If the account checks the tokens of a resource, run `jeton account grant {id} --introspect URI`."),
            ),
            Refusal::Unavailable(unavailable) => server_fault::explain_unavailable(unavailable),
            Refusal::Internal(internal) => server_fault::explain_internal(internal),
        }
    }

    /// Explains a refusal, whether the authorization server refused or a step before it.
    pub(crate) fn of(failure: &Failure, client_id: Option<&str>, now: Timestamp) -> Self {
        failure::explain(failure, client_id, now)
    }

    fn new(
        reason: Reason,
        why: impl Into<Cow<'static, str>>,
        rule: &'static str,
        cure: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { reason, why: why.into(), rule, cure: cure.into(), facts: Facts::default() }
    }

    fn fact(mut self, name: &'static str, fact: Fact) -> Self {
        self.facts.add(name, fact);
        self
    }

    fn with(self, name: &'static str, text: &impl ToString) -> Self {
        self.fact(name, Fact::text(&text.to_string()))
    }

    /// The approximate number of bytes on the heap.
    pub(crate) fn weight(&self) -> usize {
        let owned = |text: &Cow<'_, str>| match text {
            Cow::Owned(text) => text.len(),
            Cow::Borrowed(_) => 0,
        };
        owned(&self.why) + owned(&self.cure) + self.facts.weight()
    }
}
