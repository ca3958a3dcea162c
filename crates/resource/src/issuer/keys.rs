//! The issuer's keys: fetched on first use, refreshed before they expire, and kept during an outage.
//!
//! This module decides when to fetch. [`KeySet`] interprets the response.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jeton_jose::KeySet;

use crate::clock::Clock;
use crate::issuer::refreshing_cache::{CachedValue, Freshness, RefreshingCache};
use crate::issuer::trusted::Issuer;
use crate::validate::rejection::Outage;

#[derive(Debug)]
pub(crate) struct Keys {
    issuer: Arc<Issuer>,
    cache: RefreshingCache<KeySet>,
    /// The generation of the last fetched key set. It is stored before the key set is.
    generation: AtomicU64,
    clock: Arc<dyn Clock>,
    keep_for: Duration,
    /// When the keys were last fetched because of an unknown key id.
    last_refetch: Mutex<Option<Duration>>,
}

type CurrentKeys = Arc<CachedValue<KeySet>>;

impl Keys {
    pub(crate) fn new(issuer: Arc<Issuer>, clock: Arc<dyn Clock>, keep_for: Duration) -> Arc<Self> {
        let cache = RefreshingCache::new(Arc::clone(&clock));
        let (generation, last_refetch) = (AtomicU64::new(0), Mutex::default());
        Arc::new(Self { issuer, cache, generation, clock, keep_for, last_refetch })
    }

    /// The generation of the usable cached keys, if any. Starts a background refresh if the keys expire soon.
    pub(crate) fn ready_generation(self: &Arc<Self>) -> Option<u64> {
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
    pub(crate) async fn usable(self: &Arc<Self>) -> Result<CurrentKeys, Outage> {
        if let Some(current) = self.ready() {
            return Ok(current);
        }
        let known = self.cache.load();
        match (self.refresh(known.clone()).await, known) {
            (Err(_), Some(known)) if self.cache.age_of(&known) < self.keep_for => Ok(known),
            (refreshed, _) => refreshed,
        }
    }

    /// Fetches the keys again because `observed` lacks the key id of a token. At most once per
    /// [`MIN_REFETCH_INTERVAL`], so that tokens with invented key ids cannot flood the issuer with requests.
    pub(crate) async fn refetch_for_unknown_key(
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
        if self.cache.begin_background_refresh() {
            let (keys, observed) = (Arc::clone(self), Arc::clone(observed));
            crate::background::spawn(async move {
                if let Err(outage) = keys.fetch(Some(&observed)).await {
                    tracing::warn!(issuer = keys.issuer.name(), %outage, "failed to refresh the issuer's keys; using the cached ones");
                }
                keys.cache.end_background_refresh();
            });
        }
    }

    /// Runs in its own task: a cancelled request must not cancel a fetch that other requests wait for.
    async fn refresh(self: &Arc<Self>, observed: Option<CurrentKeys>) -> Result<CurrentKeys, Outage> {
        let keys = Arc::clone(self);
        crate::background::run_to_completion(async move { keys.fetch(observed.as_ref()).await }).await?
    }

    async fn fetch(&self, observed: Option<&CurrentKeys>) -> Result<CurrentKeys, Outage> {
        let fetch = || async {
            let url = self.issuer.jwks_uri().await?;
            let answer = self.issuer.outbound().fetch(&url).await?;
            let before = self.cache.load();
            let set = KeySet::new(answer.json("a key set")?, before.as_ref().map(|before| &before.value));
            // Store the generation before the keys: cached tokens of a removed key must become invalid no later than
            // the key.
            self.generation.store(set.generation(), Ordering::Release);
            let max_age = crate::issuer::max_age::of(&answer.headers).unwrap_or(DEFAULT_LIFETIME);
            Ok((set, max_age.clamp(MIN_LIFETIME, MAX_LIFETIME)))
        };
        self.cache.refresh(observed, fetch).await
    }
}

/// The minimum time between two fetches because of an unknown key id.
const MIN_REFETCH_INTERVAL: Duration = Duration::from_secs(30);
/// The lifetime of keys if the response has no `max-freshness`.
const DEFAULT_LIFETIME: Duration = Duration::from_mins(5);
const MIN_LIFETIME: Duration = Duration::from_mins(1);
const MAX_LIFETIME: Duration = Duration::from_hours(1);
