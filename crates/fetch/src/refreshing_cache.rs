//! A cached value that is refreshed: one fetch at a time, with growing pauses between failed fetches.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::timeout;

use crate::{Backoff, Clock, LONGEST_TASK, Outage};

/// Caches one value and refreshes it.
#[derive(Debug)]
pub struct RefreshingCache<T> {
    current: ArcSwapOption<CachedValue<T>>,
    /// In nanoseconds of the monotonic clock. Allows [`Self::is_fresh`] without loading the value.
    fresh_until: AtomicU64,
    /// Locked during a fetch, so that there is only one at a time.
    backoff: Arc<Mutex<Backoff<Outage>>>,
    is_failing: AtomicBool,
    is_refreshing_in_background: Arc<AtomicBool>,
    clock: Arc<dyn Clock>,
}

/// The right to fetch. It belongs to one caller at a time.
#[derive(Debug)]
pub struct RefreshTurn(OwnedMutexGuard<Backoff<Outage>>);

/// A background refresh. The next one can begin when it is dropped, also by a runtime that shuts down.
#[derive(Debug)]
pub struct BackgroundRefresh(Arc<AtomicBool>);

/// A value and when it was requested.
#[derive(Debug)]
pub struct CachedValue<T> {
    /// The value.
    pub value: T,
    requested_at: Duration,
    lifetime: Duration,
}

/// The age of a value, relative to the lifetime that the issuer gave it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// No refresh is needed.
    Fresh,
    /// Still usable, but should be refreshed.
    RefreshDue,
    /// Older than its lifetime.
    Expired,
}

impl<T> RefreshingCache<T> {
    /// An empty cache.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            current: ArcSwapOption::empty(),
            fresh_until: AtomicU64::new(0),
            backoff: Arc::default(),
            is_failing: AtomicBool::new(false),
            is_refreshing_in_background: Arc::default(),
            clock,
        }
    }

    /// The cached value, however old.
    #[must_use]
    pub fn load(&self) -> Option<Arc<CachedValue<T>>> {
        self.current.load_full()
    }

    /// Whether there is a value that is [`Freshness::Fresh`], without loading it.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.clock.monotonic() < Duration::from_nanos(self.fresh_until.load(Ordering::Acquire))
    }

    /// Whether the last fetch failed.
    #[must_use]
    pub fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Relaxed)
    }

    /// Begins a background refresh, unless there is one already.
    #[must_use]
    pub fn begin_background_refresh(&self) -> Option<BackgroundRefresh> {
        let is_first = !self.is_refreshing_in_background.swap(true, Ordering::Relaxed);
        is_first.then(|| BackgroundRefresh(Arc::clone(&self.is_refreshing_in_background)))
    }

    /// How old the value is.
    #[must_use]
    pub fn freshness(&self, cached: &CachedValue<T>) -> Freshness {
        let age = self.age_of(cached);
        match () {
            () if age >= cached.lifetime => Freshness::Expired,
            () if age >= refresh_after(cached.lifetime) => Freshness::RefreshDue,
            () => Freshness::Fresh,
        }
    }

    /// The time since the value was requested.
    #[must_use]
    pub fn age_of(&self, cached: &CachedValue<T>) -> Duration {
        self.clock.monotonic().saturating_sub(cached.requested_at)
    }

    /// Waits for the running fetch, if any. Callers wait here, and only the one that has its turn starts a task: so there
    /// is one task at a time, however many callers come and go.
    ///
    /// # Errors
    /// [`Outage::Busy`] after [`LONGEST_TASK`].
    pub async fn turn(&self) -> Result<RefreshTurn, Outage> {
        let turn = Arc::clone(&self.backoff).lock_owned();
        timeout(LONGEST_TASK, turn).await.map(RefreshTurn).map_err(|_| Outage::Busy)
    }

    /// [`Self::refresh_in`] the next turn.
    ///
    /// # Errors
    /// As [`Self::turn`] and [`Self::refresh_in`].
    pub async fn refresh<F>(
        &self,
        observed: Option<&Arc<CachedValue<T>>>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<CachedValue<T>>, Outage>
    where
        F: Future<Output = Result<(T, Duration), Outage>>,
    {
        self.refresh_in(self.turn().await?, observed, fetch).await
    }

    /// Fetches a value to replace `observed`. Returns the current value if another fetch has already replaced it, and
    /// the last error if a fetch failed shortly before.
    ///
    /// # Errors
    /// The [`Outage`] of this fetch or, during a pause, of the last one.
    pub async fn refresh_in<F>(
        &self,
        RefreshTurn(mut backoff): RefreshTurn,
        observed: Option<&Arc<CachedValue<T>>>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<CachedValue<T>>, Outage>
    where
        F: Future<Output = Result<(T, Duration), Outage>>,
    {
        if let Some(current) = self.load()
            && !observed.is_some_and(|observed| Arc::ptr_eq(observed, &current))
        {
            return Ok(current);
        }
        let requested_at = self.clock.monotonic();
        if let Some(outage) = backoff.paused_by(requested_at) {
            return Err(outage);
        }
        let fetched = fetch().await;
        self.is_failing.store(fetched.is_err(), Ordering::Relaxed);
        match fetched {
            Ok((value, lifetime)) => {
                backoff.succeeded();
                let cached = Arc::new(CachedValue { value, requested_at, lifetime });
                self.current.store(Some(Arc::clone(&cached)));
                let fresh_until =
                    u64::try_from((requested_at + refresh_after(lifetime)).as_nanos()).unwrap_or(u64::MAX);
                self.fresh_until.store(fresh_until, Ordering::Release);
                Ok(cached)
            }
            Err(outage) => {
                backoff.failed(self.clock.monotonic(), outage.clone());
                Err(outage)
            }
        }
    }
}

impl Drop for BackgroundRefresh {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// The age at which a value is refreshed before it expires.
fn refresh_after(lifetime: Duration) -> Duration {
    lifetime.mul_f32(0.8)
}
