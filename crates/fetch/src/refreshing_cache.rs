//! A cached value that is refreshed: one fetch at a time, with growing pauses between failed fetches.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use crate::{Backoff, Clock, Outage};

/// Caches one value and refreshes it.
#[derive(Debug)]
pub struct RefreshingCache<T> {
    current: ArcSwapOption<CachedValue<T>>,
    /// In nanoseconds of the monotonic clock. Allows [`Self::is_fresh`] without loading the value.
    fresh_until: AtomicU64,
    /// Locked during a fetch, so that there is only one at a time.
    backoff: Mutex<Backoff<Outage>>,
    is_failing: AtomicBool,
    is_refreshing_in_background: AtomicBool,
    clock: Arc<dyn Clock>,
}

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
            backoff: Mutex::default(),
            is_failing: AtomicBool::new(false),
            is_refreshing_in_background: AtomicBool::new(false),
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

    /// Whether the caller should start a background refresh. If so, it must call
    /// [`Self::end_background_refresh`] when done.
    #[must_use]
    pub fn begin_background_refresh(&self) -> bool {
        !self.is_refreshing_in_background.swap(true, Ordering::Relaxed)
    }

    /// Allows the next background refresh.
    pub fn end_background_refresh(&self) {
        self.is_refreshing_in_background.store(false, Ordering::Relaxed);
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

    /// Fetches a value to replace `observed`. Returns the current value if another fetch has already replaced it, and
    /// the last error if a fetch failed shortly before.
    ///
    /// # Errors
    /// The [`Outage`] of this fetch or, during a pause, of the last one.
    pub async fn refresh<F>(
        &self,
        observed: Option<&Arc<CachedValue<T>>>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<CachedValue<T>>, Outage>
    where
        F: Future<Output = Result<(T, Duration), Outage>>,
    {
        let mut backoff = self.backoff.lock().await;
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

/// The age at which a value is refreshed before it expires.
fn refresh_after(lifetime: Duration) -> Duration {
    lifetime.mul_f32(0.8)
}
