//! Something that was fetched and is kept: one flight at a time, and pauses that grow while it cannot be had.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use crate::clock::Clock;
use crate::pace::Pace;
use crate::rejection::Outage;

/// A value with its age.
#[derive(Debug)]
pub(crate) struct Kept<T> {
    current: ArcSwapOption<Dated<T>>,
    /// In nanoseconds of the monotonic clock.
    fresh_until: AtomicU64,
    /// Held throughout a flight.
    pace: Mutex<Pace<Outage>>,
    is_failing: AtomicBool,
    is_ahead: AtomicBool,
    clock: Arc<dyn Clock>,
}

/// A value and when it was asked for.
#[derive(Debug)]
pub(crate) struct Dated<T> {
    pub(crate) value: T,
    asked: Duration,
    lifetime: Duration,
}

/// How old a value is, as its giver sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Age {
    /// Nothing to do.
    Fresh,
    /// It will soon be old.
    Due,
    /// Its lifetime is over.
    Old,
}

impl<T> Kept<T> {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            current: ArcSwapOption::empty(),
            fresh_until: AtomicU64::new(0),
            pace: Mutex::default(),
            is_failing: AtomicBool::new(false),
            is_ahead: AtomicBool::new(false),
            clock,
        }
    }

    pub(crate) fn load(&self) -> Option<Arc<Dated<T>>> {
        self.current.load_full()
    }

    /// Whether there is a value that is [`Age::Fresh`], without a look at it.
    pub(crate) fn is_fresh(&self) -> bool {
        self.clock.monotonic() < Duration::from_nanos(self.fresh_until.load(Ordering::Acquire))
    }

    /// Whether the last flight failed.
    pub(crate) fn is_failing(&self) -> bool {
        self.is_failing.load(Ordering::Relaxed)
    }

    /// Whether the caller is the one to fetch ahead of need; it calls [`Self::end_ahead`] then.
    pub(crate) fn begin_ahead(&self) -> bool {
        !self.is_ahead.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn end_ahead(&self) {
        self.is_ahead.store(false, Ordering::Relaxed);
    }

    pub(crate) fn age(&self, dated: &Dated<T>) -> Age {
        let age = self.time_since(dated);
        match () {
            () if age >= dated.lifetime => Age::Old,
            () if age >= due_after(dated.lifetime) => Age::Due,
            () => Age::Fresh,
        }
    }

    pub(crate) fn time_since(&self, dated: &Dated<T>) -> Duration {
        self.clock.monotonic().saturating_sub(dated.asked)
    }

    /// Fetches a value in the place of `seen`, unless another flight has just done so or has failed shortly before.
    pub(crate) async fn renew<F>(
        &self,
        seen: Option<&Arc<Dated<T>>>,
        fetch: impl FnOnce() -> F,
    ) -> Result<Arc<Dated<T>>, Outage>
    where
        F: Future<Output = Result<(T, Duration), Outage>>,
    {
        let mut pace = self.pace.lock().await;
        if let Some(current) = self.load()
            && !seen.is_some_and(|seen| Arc::ptr_eq(seen, &current))
        {
            return Ok(current);
        }
        let asked = self.clock.monotonic();
        if let Some(outage) = pace.pausing(asked) {
            return Err(outage);
        }
        let fetched = fetch().await;
        self.is_failing.store(fetched.is_err(), Ordering::Relaxed);
        match fetched {
            Ok((value, lifetime)) => {
                pace.succeeded();
                let dated = Arc::new(Dated { value, asked, lifetime });
                self.current.store(Some(Arc::clone(&dated)));
                let fresh_until = u64::try_from((asked + due_after(lifetime)).as_nanos()).unwrap_or(u64::MAX);
                self.fresh_until.store(fresh_until, Ordering::Release);
                Ok(dated)
            }
            Err(outage) => {
                pace.failed(self.clock.monotonic(), outage.clone());
                Err(outage)
            }
        }
    }
}

/// The age at which a value is fetched anew ahead of need.
fn due_after(lifetime: Duration) -> Duration {
    lifetime.mul_f32(0.8)
}
