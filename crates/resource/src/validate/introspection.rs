//! Introspects tokens at the issuer (RFC 7662): one request at a time for each token, with a short-lived cache.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use http::header::ACCEPT;
use jeton_fetch::{Clock, Issuer, Outage, REQUEST_TIMEOUT, Response};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;

use crate::call_others::client_credentials::ClientCredentials;
use crate::token::claims::Claims;
use crate::token::raw_claims::RawClaims;
use crate::token::validated::Token;
use crate::validate::flights::Flights;
use crate::validate::rejection::{Rejection, TokenFault};
use crate::validate::rules::Rules;
use crate::validate::seen_tokens::{CachedVerdict, TokenCache};

/// A client of the issuer's introspection endpoint.
#[derive(Clone)]
pub(crate) struct Introspection(Arc<Inner>);

struct Inner {
    issuer: Arc<Issuer>,
    rules: Arc<Rules>,
    caller: ClientCredentials,
    clock: Arc<dyn Clock>,
    max_age: Duration,
    cache: TokenCache<RequestedAt>,
    flights: Flights<Verdict>,
    permits: Semaphore,
}

/// When the request for a cached response was sent.
#[derive(Debug, Clone, Copy)]
struct RequestedAt(Duration);

type Verdict = Result<Token, Rejection>;

impl Introspection {
    pub(crate) fn new(
        issuer: Arc<Issuer>,
        rules: Arc<Rules>,
        caller: ClientCredentials,
        clock: Arc<dyn Clock>,
        max_age: Duration,
    ) -> Self {
        let flights = Flights::new();
        let permits = Semaphore::new(MAX_CONCURRENT_REQUESTS);
        let cache = TokenCache::new();
        Self(Arc::new(Inner { issuer, rules, caller, clock, max_age, cache, flights, permits }))
    }

    /// The cached verdict, if it is not too old.
    pub(crate) fn cached_verdict(&self, presented: &[u8]) -> Option<Verdict> {
        let CachedVerdict { token, metadata: RequestedAt(requested_at) } = self.0.cache.find(presented)?;
        let age = self.0.clock.monotonic().saturating_sub(requested_at);
        let verdict = match token {
            None if age < MAX_INACTIVE_AGE.min(self.0.max_age) => Err(TokenFault::Inactive),
            Some(token) if age < self.0.max_age => {
                let has_expired = token.checked().has_expired(self.0.clock.now());
                if has_expired { Err(TokenFault::Expired) } else { Ok(token) }
            }
            _ => return None,
        };
        Some(verdict.map_err(Rejection::Invalid))
    }

    /// Introspects the token, or waits for a request about the same token that is already in flight.
    pub(crate) async fn introspect(&self, text: &str) -> Verdict {
        let request = |text: Arc<str>| {
            let introspection = self.clone();
            async move { introspection.0.request_verdict(&text).await }
        };
        self.0.flights.join(text, request).await?
    }
}

impl Inner {
    async fn request_verdict(&self, text: &str) -> Verdict {
        let permit = tokio::time::timeout(REQUEST_TIMEOUT, self.permits.acquire()).await;
        let Ok(Ok(_permit)) = permit else { return Err(Outage::Busy.into()) };
        let requested_at = self.clock.monotonic();
        let verdict = self.verdict_of(self.send_request(text).await?)?;
        if !self.max_age.is_zero() {
            self.cache.insert(text, verdict.as_ref().ok().cloned(), RequestedAt(requested_at));
        }
        verdict.map_err(Rejection::Invalid)
    }

    async fn send_request(&self, text: &str) -> Result<Response, Outage> {
        let url = self.issuer.introspection_endpoint().await?;
        let form = [("token", text), ("token_type_hint", "access_token")];
        let request = self.issuer.http_client().post(&url).header(ACCEPT, JSON).form(&form);
        self.caller.authenticate(request).send().await?.ok()
    }

    /// Anything but a valid introspection response is an outage, not a verdict.
    fn verdict_of(&self, response: Response) -> Result<Result<Token, TokenFault>, Outage> {
        let members: Map<String, Value> = response.json(EXPECTED)?;
        let Response { url, body, .. } = response;
        match members.get("active") {
            Some(Value::Bool(true)) => {}
            Some(Value::Bool(false)) => return Ok(Err(TokenFault::Inactive)),
            _ => return Err(Outage::Unreadable { url, expected: EXPECTED }),
        }
        let claims: Claims = serde_json::from_value(Value::Object(members.clone()))
            .map_err(|_| Outage::Unreadable { url, expected: EXPECTED })?;
        let raw_claims = RawClaims::from_response(members, body.len());
        Ok(self.rules.accept_introspected(claims, raw_claims, self.clock.now()))
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

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const EXPECTED: &str = "an introspection response";
/// The maximum number of concurrent requests.
const MAX_CONCURRENT_REQUESTS: usize = 128;
/// The maximum time that an inactive response is cached.
const MAX_INACTIVE_AGE: Duration = Duration::from_secs(1);
