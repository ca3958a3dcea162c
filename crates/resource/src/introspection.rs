//! Asks the issuer about tokens (RFC 7662): one question at a time about each, and answers remembered for a short while.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use http::header::ACCEPT;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use crate::claims::Claims;
use crate::client_credentials::ClientCredentials;
use crate::clock::Clock;
use crate::issuer::Issuer;
use crate::outbound::PATIENCE;
use crate::rejection::{Outage, Rejection, TokenFault};
use crate::rules::Rules;
use crate::said::Said;
use crate::seen::{Remembered, Seen};
use crate::token::Token;

/// The way to the issuer's introspection endpoint.
#[derive(Clone)]
pub(crate) struct Introspection(Arc<Inner>);

struct Inner {
    issuer: Arc<Issuer>,
    rules: Arc<Rules>,
    caller: ClientCredentials,
    clock: Arc<dyn Clock>,
    max_age: Duration,
    seen: Seen<Asked>,
    flights: Mutex<HashMap<Arc<str>, Flight>>,
    permits: Semaphore,
}

/// When the question went out that an answer is remembered of.
#[derive(Debug, Clone, Copy)]
struct Asked(Duration);

type Verdict = Result<Token, Rejection>;
type Flight = Shared<BoxFuture<'static, Verdict>>;

impl Introspection {
    pub(crate) fn new(
        issuer: Arc<Issuer>,
        rules: Arc<Rules>,
        caller: ClientCredentials,
        clock: Arc<dyn Clock>,
        max_age: Duration,
    ) -> Self {
        let flights = Mutex::default();
        let permits = Semaphore::new(MOST_QUESTIONS);
        let seen = Seen::new();
        Self(Arc::new(Inner { issuer, rules, caller, clock, max_age, seen, flights, permits }))
    }

    /// What is remembered of the token and still holds.
    pub(crate) fn recall(&self, presented: &[u8]) -> Option<Verdict> {
        let Remembered { token, note: Asked(asked) } = self.0.seen.find(presented)?;
        let age = self.0.clock.monotonic().saturating_sub(asked);
        let verdict = match token {
            None if age < INACTIVE_FOR.min(self.0.max_age) => Err(TokenFault::Inactive),
            Some(token) if age < self.0.max_age => {
                let has_expired = token.checked().has_expired(self.0.clock.now());
                if has_expired { Err(TokenFault::Expired) } else { Ok(token) }
            }
            _ => return None,
        };
        Some(verdict.map_err(Rejection::Invalid))
    }

    /// Asks, or joins those who wait for the answer about the same token already.
    pub(crate) async fn ask(&self, text: &str) -> Verdict {
        let text: Arc<str> = text.into();
        let flight = {
            let mut flights = self.0.flights.lock().unwrap_or_else(PoisonError::into_inner);
            flights.entry(Arc::clone(&text)).or_insert_with(|| self.take_off(text)).clone()
        };
        flight.await
    }

    /// In a task of its own: the first who asked may go away before the answer comes.
    fn take_off(&self, text: Arc<str>) -> Flight {
        let introspection = self.clone();
        let task = tokio::spawn(async move {
            let inner = &introspection.0;
            let verdict = inner.question(&text).await;
            inner.flights.lock().unwrap_or_else(PoisonError::into_inner).remove(&text);
            verdict
        });
        task.map(|ended| ended.unwrap_or(Err(Rejection::CannotTell(Outage::Busy)))).boxed().shared()
    }
}

impl Inner {
    async fn question(&self, text: &str) -> Verdict {
        let permit = tokio::time::timeout(PATIENCE, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else { return Err(Outage::Busy.into()) };
        let asked = self.clock.monotonic();
        let members = self.answer(text).await?;
        let verdict = self.judge(members)?;
        if !self.max_age.is_zero() {
            self.seen.put(text, verdict.as_ref().ok().cloned(), Asked(asked));
        }
        verdict.map_err(Rejection::Invalid)
    }

    async fn answer(&self, text: &str) -> Result<(String, Map<String, Value>), Outage> {
        let url = self.issuer.introspection_endpoint().await?;
        let outbound = self.issuer.outbound();
        let form = [("token", text), ("token_type_hint", "access_token")];
        let request = outbound.post(&url).header(ACCEPT, "application/json").form(&form);
        let answer = outbound.send(&url, self.caller.authenticate(request)).await?.ok()?;
        Ok((url, answer.json(WANTED)?))
    }

    /// Anything but a clear answer is none.
    fn judge(&self, answer: (String, Map<String, Value>)) -> Result<Result<Token, TokenFault>, Outage> {
        let (url, members) = answer;
        match members.get("active") {
            Some(Value::Bool(true)) => {}
            Some(Value::Bool(false)) => return Ok(Err(TokenFault::Inactive)),
            _ => return Err(Outage::Unreadable { url, wanted: WANTED }),
        }
        let claims: Claims = serde_json::from_value(Value::Object(members.clone()))
            .map_err(|_| Outage::Unreadable { url, wanted: WANTED })?;
        Ok(self.rules.accept_introspected(claims, Said::read(members), self.clock.now()))
    }
}

impl fmt::Debug for Introspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspection")
            .field("issuer", &self.0.issuer.name())
            .field("caller", &self.0.caller)
            .field("max_age", &self.0.max_age)
            .finish_non_exhaustive()
    }
}

const WANTED: &str = "an introspection response";
/// How many questions may be under way at once.
const MOST_QUESTIONS: usize = 128;
/// How long the answer that a token is not active is remembered, at the most.
const INACTIVE_FOR: Duration = Duration::from_secs(1);
