//! Counts events of a key in windows of time, and says when there were too many.
//!
//! The counters are capped: a flood of keys pushes old counters out, it does not grow the memory.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use quick_cache::sync::Cache;

/// The counters. Their keys are hashed with a seed of this process, so that nobody can make two meet.
#[derive(Debug)]
pub(crate) struct Windows {
    most: u32,
    per: Duration,
    hasher: RandomState,
    counters: Cache<u64, Arc<Mutex<Window>>>,
}

#[derive(Debug)]
struct Window {
    opened: Duration,
    events: u32,
}

impl Windows {
    /// No events yet; `most` of them are allowed in `per`.
    pub(crate) fn new(most: u32, per: Duration, capacity: usize) -> Self {
        Self { most, per, hasher: RandomState::new(), counters: Cache::new(capacity) }
    }

    /// How long until `key` may have another event, if it may not now. `now` is monotonic time.
    pub(crate) fn wait(&self, key: impl Hash, now: Duration) -> Option<Duration> {
        let window = self.counters.get(&self.hasher.hash_one(key))?;
        let window = window.lock().ok()?;
        let ends = window.opened + self.per;
        (window.events >= self.most).then(|| ends.checked_sub(now))?.filter(|left| !left.is_zero())
    }

    /// Counts an event.
    pub(crate) fn record(&self, key: impl Hash, now: Duration) {
        let fresh =
            || Ok::<_, std::convert::Infallible>(Arc::new(Mutex::new(Window { opened: now, events: 0 })));
        let Ok(window) = self.counters.get_or_insert_with(&self.hasher.hash_one(key), fresh);
        let Ok(mut window) = window.lock() else { return };
        if now >= window.opened + self.per {
            *window = Window { opened: now, events: 0 };
        }
        window.events = window.events.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_keys_stay_within_the_cap() {
        let windows = Windows::new(1, Duration::from_secs(1), 1_000);
        for key in 0..1_000_000 {
            windows.record(key, Duration::ZERO);
        }
        assert!(windows.counters.len() <= 1_000);
    }
}
