//! What a validator is told before it begins.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use thiserror::Error;

use crate::client_credentials::ClientCredentials;
use crate::clock::{Clock, SystemClock};
use crate::feed::{Feed, WhenFeedIsSilent};
use crate::implications::Implications;
use crate::introspection::Introspection;
use crate::issuer::Issuer;
use crate::keys::Keys;
use crate::local::{Followed, Local};
use crate::recent::Recent;
use crate::rules::Rules;
use crate::seen::Seen;
use crate::server_url;
use crate::validator::{Validator, Way};

/// Made by [`Validator::builder`].
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
    feed_silence: Duration,
    when_feed_is_silent: WhenFeedIsSilent,
    clock: Arc<dyn Clock>,
}

/// Why a validator cannot be built. A `main` that ends with it prints the sentence, not the name of the variant.
#[derive(Error)]
pub enum BuildError {
    /// Tokens and keys would travel where others can change them.
    #[error("the issuer {0:?} is not an https URL (http is for loopback only)")]
    Issuer(String),
    /// Without it every resource's tokens would be accepted here.
    #[error("the audience is empty; it is the URI by which the issuer knows this resource")]
    NoAudience,
    /// An issuer that is always asked needs no feed.
    #[error("introspection and the revocation feed were both chosen; choose one")]
    TwoWays,
    /// TLS could not be set up.
    #[error("the HTTP client cannot be made: {0}")]
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
            feed_silence: Duration::from_secs(30),
            when_feed_is_silent: WhenFeedIsSilent::Refuse,
            clock: Arc::new(SystemClock),
        }
    }

    /// A token with `scope` also has `implied`, and what that implies.
    ///
    /// Jeton writes implied scopes out; for tokens of other issuers the service says it here.
    pub fn implies(mut self, scope: &str, implied: &str) -> Self {
        self.implications.add(scope, implied);
        self
    }

    /// Asks the issuer about each token (RFC 7662) instead of checking it by the keys; `caller` needs the right to.
    ///
    /// Good for opaque tokens too. An answer is remembered for [`Self::introspection_max_age`], never longer than the
    /// token lives.
    pub fn introspection(mut self, caller: ClientCredentials) -> Self {
        self.introspection = Some(caller);
        self
    }

    /// How old an answer of the issuer may be: for so long a revoked token may pass. 10 seconds unless set; with zero
    /// the issuer is asked each time.
    pub fn introspection_max_age(mut self, max_age: Duration) -> Self {
        self.introspection_max_age = max_age;
        self
    }

    /// Checks tokens by the keys and follows the issuer's revocation feed; `caller` needs the introspection right.
    /// The feed is Jeton's own: other issuers have none.
    pub fn revocation_feed(mut self, caller: ClientCredentials) -> Self {
        self.feed = Some(caller);
        self
    }

    /// How long the feed may be silent before [`Self::when_feed_is_silent`] applies: 30 seconds unless set.
    ///
    /// A quiet feed answers every 20 seconds, so less than 25 takes a quiet feed for a silent one.
    pub fn feed_silence(mut self, silence: Duration) -> Self {
        self.feed_silence = silence;
        self
    }

    /// What becomes of tokens while the feed is silent. Unless set they are refused with 503.
    pub fn when_feed_is_silent(mut self, then: WhenFeedIsSilent) -> Self {
        self.when_feed_is_silent = then;
        self
    }

    /// How long keys are used that cannot be fetched anew because the issuer is away: 24 hours unless set.
    pub fn keep_keys_for(mut self, time: Duration) -> Self {
        self.keep_keys_for = time;
        self
    }

    /// Another clock than the machine's.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// # Errors
    /// [`BuildError`], where what was said cannot be used.
    pub fn build(self) -> Result<Validator, BuildError> {
        if self.audience.is_empty() {
            return Err(BuildError::NoAudience);
        }
        let url = server_url::parse(&self.issuer).ok_or_else(|| BuildError::Issuer(self.issuer.clone()))?;
        let issuer = Arc::new(Issuer::new(&self.issuer, url, Arc::clone(&self.clock))?);
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
            Feed::new(issuer, caller, clock, self.feed_silence, self.when_feed_is_silent)
        };
        let followed = match (self.introspection, self.feed) {
            (Some(_), Some(_)) => return Err(BuildError::TwoWays),
            (Some(caller), None) => {
                let way = Way::Introspection(introspection(caller));
                return Ok(Validator::new(rules, way));
            }
            (None, Some(caller)) => {
                Some(Followed { feed: feed(caller.clone()), introspection: introspection(caller) })
            }
            (None, None) => None,
        };
        let keys = Keys::new(Arc::clone(&issuer), Arc::clone(&clock), self.keep_keys_for);
        let (seen, recent) = (Seen::new(), Recent::new());
        let local = Local { rules: Arc::clone(&rules), clock, keys, seen, recent, followed };
        Ok(Validator::new(rules, Way::Local(Box::new(local))))
    }
}

static NEXT_ID: AtomicU64 = AtomicU64::new(1);
