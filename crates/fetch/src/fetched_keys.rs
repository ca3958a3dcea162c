//! A published key set: fetched on first use, refreshed before it expires, and kept during an outage.
//!
//! This module decides when to fetch. [`KeySet`] interprets the response.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jeton_jose::{JwkSet, KeySet};

use crate::key_location::KeyLocation;
use crate::{
    CachedValue, Clock, Freshness, HttpClient, HttpClientError, Issuer, Outage, RefreshTurn, RefreshingCache,
    ServerUrl,
};

/// A key set that is fetched when it is needed.
#[derive(Debug)]
pub struct FetchedKeys {
    location: KeyLocation,
    cache: RefreshingCache<KeySet>,
    /// The generation of the last fetched key set. It is stored before the key set is.
    generation: AtomicU64,
    clock: Arc<dyn Clock>,
    keep_for: Duration,
    /// When the keys were last fetched because of an unknown key id.
    last_refetch: Mutex<Option<Duration>>,
}

/// The keys as they were fetched last.
pub type CurrentKeys = Arc<CachedValue<KeySet>>;

impl FetchedKeys {
    /// The keys that the metadata of `issuer` names. During an outage, they are used for `keep_for`.
    #[must_use]
    pub fn of_issuer(issuer: Arc<Issuer>, clock: Arc<dyn Clock>, keep_for: Duration) -> Arc<Self> {
        Self::new(KeyLocation::Metadata(issuer), clock, keep_for)
    }

    /// The keys that are published at `url`. During an outage, they are used for `keep_for`.
    ///
    /// # Errors
    /// [`HttpClientError`], if TLS cannot be set up.
    pub fn at(
        url: ServerUrl,
        clock: Arc<dyn Clock>,
        keep_for: Duration,
    ) -> Result<Arc<Self>, HttpClientError> {
        let client = HttpClient::to(&url)?;
        Ok(Self::new(KeyLocation::Url(url, client), clock, keep_for))
    }

    fn new(location: KeyLocation, clock: Arc<dyn Clock>, keep_for: Duration) -> Arc<Self> {
        let cache = RefreshingCache::new(Arc::clone(&clock));
        let (generation, last_refetch) = (AtomicU64::new(0), Mutex::default());
        Arc::new(Self { location, cache, generation, clock, keep_for, last_refetch })
    }

    /// The generation of the usable cached keys, if any. Starts a background refresh if the keys expire soon.
    #[must_use]
    pub fn ready_generation(self: &Arc<Self>) -> Option<u64> {
        if self.cache.is_fresh() {
            return Some(self.generation.load(Ordering::Acquire));
        }
        self.ready().map(|current| current.value.generation())
    }

    fn ready(self: &Arc<Self>) -> Option<CurrentKeys> {
        let current = self.cache.load()?;
        match self.cache.freshness(&current) {
            Freshness::Fresh => Some(current),
            Freshness::RefreshDue => {
                self.refresh_in_background(&current);
                Some(current)
            }
            // During an outage requests do not wait for the issuer until the keys are too old to be trusted.
            Freshness::Expired if self.cache.is_failing() && self.cache.age_of(&current) < self.keep_for => {
                self.refresh_in_background(&current);
                Some(current)
            }
            Freshness::Expired => None,
        }
    }

    /// The usable keys, fetched if necessary.
    ///
    /// # Errors
    /// [`Outage`], if there are no usable keys and none can be fetched.
    pub async fn usable(self: &Arc<Self>) -> Result<CurrentKeys, Outage> {
        if let Some(current) = self.ready() {
            return Ok(current);
        }
        let known = self.cache.load();
        match (self.refresh(known.clone()).await, known) {
            (Err(_), Some(known)) if self.cache.age_of(&known) < self.keep_for => Ok(known),
            (refreshed, _) => refreshed,
        }
    }

    /// Fetches the keys again because `observed` lacks the key id of a token. At most once in 30 seconds, so that
    /// tokens with invented key ids cannot flood the issuer with requests.
    ///
    /// # Errors
    /// [`Outage`], if the keys cannot be fetched.
    pub async fn refetch_for_unknown_key(
        self: &Arc<Self>,
        observed: CurrentKeys,
    ) -> Result<CurrentKeys, Outage> {
        // After a failed fetch the cached keys may be outdated, so the issuer may know the key.
        if self.cache.is_failing() || self.may_refetch() {
            return self.refresh(Some(observed)).await;
        }
        Ok(self.cache.load().unwrap_or(observed))
    }

    fn may_refetch(&self) -> bool {
        let now = self.clock.monotonic();
        let mut last_refetch = self.last_refetch.lock().unwrap_or_else(PoisonError::into_inner);
        let allowed =
            last_refetch.is_none_or(|last_refetch| now.saturating_sub(last_refetch) >= MIN_REFETCH_INTERVAL);
        if allowed {
            *last_refetch = Some(now);
        }
        allowed
    }

    fn refresh_in_background(self: &Arc<Self>, observed: &CurrentKeys) {
        if let Some(refresh) = self.cache.begin_background_refresh() {
            let (keys, observed) = (Arc::clone(self), Arc::clone(observed));
            crate::spawn(async move {
                let fetched = match keys.cache.turn().await {
                    Ok(turn) => keys.fetch(turn, Some(&observed)).await,
                    Err(outage) => Err(outage),
                };
                if let Err(outage) = fetched {
                    tracing::warn!(issuer = keys.location.publisher(), %outage, "failed to refresh the issuer's keys; using the cached ones");
                }
                drop(refresh);
            });
        }
    }

    /// Fetches in a task of its own: a cancelled request must not cancel a fetch that other requests wait for.
    async fn refresh(self: &Arc<Self>, observed: Option<CurrentKeys>) -> Result<CurrentKeys, Outage> {
        let turn = self.cache.turn().await?;
        let keys = Arc::clone(self);
        crate::run_to_completion(async move { keys.fetch(turn, observed.as_ref()).await }).await?
    }

    async fn fetch(&self, turn: RefreshTurn, observed: Option<&CurrentKeys>) -> Result<CurrentKeys, Outage> {
        let fetch = || async {
            let (url, client) = self.location.find().await?;
            let answer = client.fetch(&url).await?;
            let before = self.cache.load();
            let set =
                KeySet::new(answer.json::<JwkSet>("a key set")?, before.as_ref().map(|before| &before.value));
            // Store the generation before the keys: cached tokens of a removed key must become invalid no later than
            // the key.
            self.generation.store(set.generation(), Ordering::Release);
            let max_age = crate::max_age::of(&answer.headers).unwrap_or(DEFAULT_LIFETIME);
            Ok((set, max_age.clamp(MIN_LIFETIME, MAX_LIFETIME)))
        };
        self.cache.refresh_in(turn, observed, fetch).await
    }
}

/// The minimum time between two fetches because of an unknown key id.
const MIN_REFETCH_INTERVAL: Duration = Duration::from_secs(30);
/// The lifetime of keys if the response has no `max-age`.
const DEFAULT_LIFETIME: Duration = Duration::from_mins(5);
const MIN_LIFETIME: Duration = Duration::from_mins(1);
const MAX_LIFETIME: Duration = Duration::from_hours(1);
