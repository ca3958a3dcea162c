//! Says why a request was refused, by which rule, and what to do about it: for the operator, never for the caller.
//!
//! Exhaustive on purpose: a new reason does not compile until someone has explained it. Of what the
//! caller sent, only that is repeated which the core knows to be harmless.

mod client;
mod fact;
mod malformed;
mod message;
mod policy;
mod reason;
mod surroundings;

use std::borrow::Cow;

use jeton_core::Refusal;
use jeton_core::model::Timestamp;
use serde::Serialize;

use crate::failure::Failure;

pub use fact::{Fact, Facts};
pub use reason::Reason;

/// The true reason of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The reason's name, for programs.
    pub reason: Reason,
    /// What happened.
    pub why: Cow<'static, str>,
    /// Which rule that breaks, with the section it comes from.
    pub rule: &'static str,
    /// What to do about it.
    pub cure: Cow<'static, str>,
    /// What was known about it.
    pub facts: Facts,
}

impl Explanation {
    /// Why the authorization server refused at `now` whoever claimed to be `client_id`.
    #[must_use]
    pub fn of_refusal(refusal: &Refusal, client_id: Option<&str>, now: Timestamp) -> Self {
        let id = client_id.unwrap_or("ID");
        match refusal {
            Refusal::Malformed(malformed) => malformed::explain(malformed),
            Refusal::UnsupportedGrantType => Self::new(
                Reason::UnsupportedGrantType,
                "The client asked for another grant type than client_credentials.",
                "RFC 6749 §4.4.2: grant_type is client_credentials, in this letter case.",
                "Set the client to the client credentials grant.",
            ),
            Refusal::WrongRegion { region, token_endpoint } => Self::new(
                Reason::WrongRegion,
                format!("The client id belongs to region {region}, and this node serves another one."),
                "An id names its region; only that region's endpoint issues its tokens.",
                format!("Give the client the token endpoint {token_endpoint}."),
            )
            .with("region", region)
            .with("token_endpoint", token_endpoint),
            Refusal::Client(fault) => client::explain(fault, id, now),
            Refusal::Limited { retry_after } => Self::new(
                Reason::TooManyFailures,
                "This client id failed so often from this network that the secret was not checked.",
                "[limits] failures and per: further attempts wait. Other networks, right generated secrets and secrets that were right before do not.",
                format!("Look why it failed before, with the error_id of an earlier refusal, and correct the secret: `jeton secret list {id}`."),
            )
            .fact("retry_after", Fact::Seconds(retry_after.as_secs())),
            Refusal::TooManyInvalidTokens { retry_after } => Self::new(
                Reason::TooManyInvalidTokens,
                "The account shows so many tokens that no key of this region made that this one was not looked at.",
                "Per account and second, so many worthless tokens of one kind are looked at; tokens seen before always are.",
                "Find out who sends invented tokens to this API, and limit them there.",
            )
            .fact("retry_after", Fact::Seconds(retry_after.as_secs())),
            Refusal::TooManyRevocations { retry_after } => Self::new(
                Reason::TooManyRevocations,
                "The account revokes so many tokens at once that this one was left alone.",
                "Per account and second, so many tokens are revoked: each is a durable write for which others wait.",
                "Slow the client down, or take back all tokens of the account at once: `jeton account revoke-tokens`.",
            )
            .fact("retry_after", Fact::Seconds(retry_after.as_secs())),
            Refusal::Target(fault) => policy::explain_target(fault, id),
            Refusal::Scope(fault) => policy::explain_scope(fault, id),
            Refusal::ForeignToken => Self::new(
                Reason::ForeignToken,
                "The account wanted to revoke a live token of another account; the token was left alone.",
                "RFC 7009 §2.1: a client revokes its own tokens only.",
                "Let the account revoke that got the token, or revoke it as an administrator: `jeton token revoke`.",
            ),
            Refusal::NoIntrospectionRight => Self::new(
                Reason::NoIntrospectionRight,
                "The account asked for the revocation feed, and may not introspect the tokens of any resource.",
                "The revocation feed tells what was revoked for the resources whose tokens the account may introspect.",
                format!("If it checks the tokens of a resource: `jeton account grant {id} --introspect URI`."),
            ),
            Refusal::Unavailable(unavailable) => surroundings::explain_unavailable(unavailable),
            Refusal::Internal(internal) => surroundings::explain_internal(internal),
        }
    }

    /// Why a request was refused, before or in the authorization server.
    pub(crate) fn of(failure: &Failure, client_id: Option<&str>, now: Timestamp) -> Self {
        surroundings::explain_failure(failure, client_id, now)
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

    /// The bytes it keeps outside of itself, about.
    pub(crate) fn weight(&self) -> usize {
        let owned = |text: &Cow<'_, str>| match text {
            Cow::Owned(text) => text.len(),
            Cow::Borrowed(_) => 0,
        };
        owned(&self.why) + owned(&self.cure) + self.facts.weight()
    }
}
