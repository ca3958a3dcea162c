//! The issuer's keys: fetched when first needed, fetched anew before they are old, kept through an outage.
//!
//! It decides when to ask. What an answer means is the business of [`KeySet`].

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::clock::Clock;
use crate::issuer::Issuer;
use crate::kept::{Age, Dated, Kept};
use crate::key_set::KeySet;
use crate::rejection::Outage;

#[derive(Debug)]
pub(crate) struct Keys {
    issuer: Arc<Issuer>,
    kept: Kept<KeySet>,
    /// That of the last answer, which is about to be kept or is kept.
    generation: AtomicU64,
    clock: Arc<dyn Clock>,
    keep_for: Duration,
    /// When a key id was last looked for at the issuer because it was unknown.
    looked: Mutex<Option<Duration>>,
}

type Current = Arc<Dated<KeySet>>;

impl Keys {
    pub(crate) fn new(issuer: Arc<Issuer>, clock: Arc<dyn Clock>, keep_for: Duration) -> Arc<Self> {
        let kept = Kept::new(Arc::clone(&clock));
        let (generation, looked) = (AtomicU64::new(0), Mutex::default());
        Arc::new(Self { issuer, kept, generation, clock, keep_for, looked })
    }

    /// Which generation of the keys can be used as it is, if any; whoever comes shortly before their end has them
    /// fetched anew.
    pub(crate) fn ready_generation(self: &Arc<Self>) -> Option<u64> {
        if self.kept.is_fresh() {
            return Some(self.generation.load(Ordering::Acquire));
        }
        self.ready().map(|current| current.value.generation())
    }

    fn ready(self: &Arc<Self>) -> Option<Current> {
        let current = self.kept.load()?;
        match self.kept.age(&current) {
            Age::Fresh => Some(current),
            Age::Due => {
                self.renew_ahead(&current);
                Some(current)
            }
            // In an outage nobody waits, until they are too old to be trusted at all.
            Age::Old if self.kept.is_failing() && self.kept.time_since(&current) < self.keep_for => {
                self.renew_ahead(&current);
                Some(current)
            }
            Age::Old => None,
        }
    }

    /// The keys, fetched if need be.
    pub(crate) async fn usable(self: &Arc<Self>) -> Result<Current, Outage> {
        if let Some(current) = self.ready() {
            return Ok(current);
        }
        let known = self.kept.load();
        match (self.renew(known.clone()).await, known) {
            (Err(_), Some(known)) if self.kept.time_since(&known) < self.keep_for => Ok(known),
            (renewed, _) => renewed,
        }
    }

    /// The keys after `seen`, which lacks one that a token names. Asks at most once per [`LOOK_EVERY`], so that tokens
    /// with invented key ids do not become a flood of requests to the issuer.
    pub(crate) async fn look_again(self: &Arc<Self>, seen: Current) -> Result<Current, Outage> {
        // While the issuer is away, a key that is not known here may well be known there.
        if self.kept.is_failing() || self.may_look() {
            return self.renew(Some(seen)).await;
        }
        Ok(self.kept.load().unwrap_or(seen))
    }

    fn may_look(&self) -> bool {
        let now = self.clock.monotonic();
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let may = looked.is_none_or(|looked| now.saturating_sub(looked) >= LOOK_EVERY);
        if may {
            *looked = Some(now);
        }
        may
    }

    fn renew_ahead(self: &Arc<Self>, seen: &Current) {
        if self.kept.begin_ahead() {
            let (keys, seen) = (Arc::clone(self), Arc::clone(seen));
            crate::background::spawn(async move {
                if let Err(outage) = keys.fetch(Some(&seen)).await {
                    tracing::warn!(issuer = keys.issuer.name(), %outage, "the issuer's keys could not be fetched anew");
                }
                keys.kept.end_ahead();
            });
        }
    }

    /// In a task of its own: a request that goes away does not break off what others wait for.
    async fn renew(self: &Arc<Self>, seen: Option<Current>) -> Result<Current, Outage> {
        let keys = Arc::clone(self);
        crate::background::finish(async move { keys.fetch(seen.as_ref()).await }).await?
    }

    async fn fetch(&self, seen: Option<&Current>) -> Result<Current, Outage> {
        let fetch = || async {
            let url = self.issuer.jwks_uri().await?;
            let answer = self.issuer.outbound().fetch(&url).await?;
            let before = self.kept.load();
            let set = KeySet::new(answer.json("a key set")?, before.as_ref().map(|before| &before.value));
            // Before the keys are in force: what is remembered of a key that is gone ends no later than the key.
            self.generation.store(set.generation(), Ordering::Release);
            Ok((set, crate::max_age::of(&answer.headers).unwrap_or(LIFETIME).clamp(SHORTEST, LONGEST)))
        };
        self.kept.renew(seen, fetch).await
    }
}

/// How often an unknown key id is looked for.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// The lifetime of keys whose answer does not say.
const LIFETIME: Duration = Duration::from_mins(5);
const SHORTEST: Duration = Duration::from_mins(1);
const LONGEST: Duration = Duration::from_hours(1);
