//! The configuration of a validator.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jeton_fetch::{Clock, FetchedKeys, Issuer, ServerUrl, SystemClock};
use thiserror::Error;

use crate::call_others::client_credentials::ClientCredentials;
use crate::feed::follow::{RevocationFeedFollower, StaleFeedPolicy};
use crate::token::implications::Implications;
use crate::validate::introspection::Introspection;
use crate::validate::local::{LocalValidator, RevocationCheck};
use crate::validate::recent_tokens::ThreadTokenCache;
use crate::validate::rules::Rules;
use crate::validate::seen_tokens::TokenCache;
use crate::validate::validator::{ValidationMethod, Validator};

/// Configures a [`Validator`]; created by [`Validator::builder`].
#[derive(Debug)]
#[must_use]
pub struct ValidatorBuilder {
    issuer: String,
    audience: String,
    implications: Implications,
    introspection: Option<ClientCredentials>,
    feed: Option<ClientCredentials>,
    introspection_max_age: Duration,
    keep_keys_for: Duration,
    max_feed_age: Duration,
    stale_feed_policy: StaleFeedPolicy,
    clock: Arc<dyn Clock>,
}

/// Why a validator or a token source cannot be built. `Debug` prints the message, so that it is readable when `main`
/// returns the error.
#[derive(Error)]
pub enum BuildError {
    /// The issuer is not an `https` URL, so others could read or change tokens and keys in transit.
    #[error("the issuer {0:?} is not an https URL (http is for loopback only)")]
    Issuer(String),
    /// The audience is empty. Without it, tokens for every resource would be accepted.
    #[error("the audience is empty; set it to the URI under which this resource is registered at the issuer")]
    NoAudience,
    /// Introspection and the revocation feed are both enabled. Introspection already detects revoked tokens.
    #[error("introspection and the revocation feed are both enabled; choose one")]
    ConflictingMethods,
    /// TLS could not be set up.
    #[error("the HTTP client cannot be created: {0}")]
    HttpClient(#[from] reqwest::Error),
}

impl fmt::Debug for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl ValidatorBuilder {
    pub(crate) fn new(issuer: &str, audience: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            audience: audience.to_owned(),
            implications: Implications::default(),
            introspection: None,
            feed: None,
            introspection_max_age: Duration::from_secs(10),
            keep_keys_for: Duration::from_hours(24),
            max_feed_age: Duration::from_secs(30),
            stale_feed_policy: StaleFeedPolicy::Reject,
            clock: Arc::new(SystemClock),
        }
    }

    /// Declares that a token with `scope` also has `implied`, and every scope that `implied` implies.
    ///
    /// Jeton's tokens list implied scopes explicitly; for tokens of other issuers declare them here.
    pub fn implies(mut self, scope: &str, implied: &str) -> Self {
        self.implications.add(scope, implied);
        self
    }

    /// Introspects each token at the issuer (RFC 7662) instead of verifying it with the keys. `caller` needs the
    /// introspection right.
    ///
    /// Works for opaque tokens too. A response is cached for [`Self::introspection_max_age`], but never after the token
    /// has expired.
    pub fn introspection(mut self, caller: ClientCredentials) -> Self {
        self.introspection = Some(caller);
        self
    }

    /// Sets how long an introspection response is cached. A revoked token may be accepted for this long. The default is
    /// 10 seconds; zero disables the cache.
    pub fn introspection_max_age(mut self, max_age: Duration) -> Self {
        self.introspection_max_age = max_age;
        self
    }

    /// Verifies tokens with the keys and follows the issuer's revocation feed. `caller` needs the introspection right.
    /// The revocation feed is a Jeton extension: other issuers have none.
    ///
    /// A task in the tokio runtime of the first validation follows the feed until the validator is dropped. If that
    /// runtime ends, the next validation starts a task in its own runtime and logs a warning.
    pub fn revocation_feed(mut self, caller: ClientCredentials) -> Self {
        self.feed = Some(caller);
        self
    }

    /// Sets the time since the last response of the feed after which the feed is stale and
    /// [`Self::stale_feed_policy`] applies. The default is 30 seconds.
    ///
    /// Without changes the feed responds every 20 seconds, so do not set less than 25 seconds.
    pub fn max_feed_age(mut self, max_age: Duration) -> Self {
        self.max_feed_age = max_age;
        self
    }

    /// Sets what happens to tokens while the feed is stale. By default they are rejected with 503.
    pub fn stale_feed_policy(mut self, policy: StaleFeedPolicy) -> Self {
        self.stale_feed_policy = policy;
        self
    }

    /// Sets how long cached keys are used if the issuer is unavailable. The default is 24 hours.
    pub fn keep_keys_for(mut self, time: Duration) -> Self {
        self.keep_keys_for = time;
        self
    }

    /// Uses this clock instead of the system clock.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// # Errors
    /// [`BuildError`], if the configuration is invalid.
    pub fn build(self) -> Result<Validator, BuildError> {
        if self.audience.is_empty() {
            return Err(BuildError::NoAudience);
        }
        let url = ServerUrl::parse(&self.issuer).ok_or_else(|| BuildError::Issuer(self.issuer.clone()))?;
        let issuer = Arc::new(Issuer::new(url, Arc::clone(&self.clock))?);
        let rules = Arc::new(Rules {
            issuer: self.issuer,
            audience: self.audience,
            implications: self.implications,
            id: NEXT_ID.fetch_add(1, Ordering::Relaxed),
        });
        let clock = self.clock;
        let introspection = |caller| {
            let (issuer, rules, clock) = (Arc::clone(&issuer), Arc::clone(&rules), Arc::clone(&clock));
            Introspection::new(issuer, rules, caller, clock, self.introspection_max_age)
        };
        let feed = |caller| {
            let (issuer, clock) = (Arc::clone(&issuer), Arc::clone(&clock));
            RevocationFeedFollower::new(issuer, caller, clock, self.max_feed_age, self.stale_feed_policy)
        };
        let revocation = match (self.introspection, self.feed) {
            (Some(_), Some(_)) => return Err(BuildError::ConflictingMethods),
            (Some(caller), None) => {
                let method = ValidationMethod::Introspection(introspection(caller));
                return Ok(Validator::new(rules, method));
            }
            (None, Some(caller)) => {
                Some(RevocationCheck { feed: feed(caller.clone()), introspection: introspection(caller) })
            }
            (None, None) => None,
        };
        let keys = FetchedKeys::of_issuer(Arc::clone(&issuer), Arc::clone(&clock), self.keep_keys_for);
        let (cache, thread_cache) = (TokenCache::new(), ThreadTokenCache::new());
        let local =
            LocalValidator { rules: Arc::clone(&rules), clock, keys, cache, thread_cache, revocation };
        Ok(Validator::new(rules, ValidationMethod::Local(Box::new(local))))
    }
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);
