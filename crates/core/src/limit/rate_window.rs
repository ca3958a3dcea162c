//! A rate limiter: counts the events of a key in windows of time.
//!
//! The table has a fixed size and is set-associative. If a set is full, a new key replaces the counter with the fewest
//! events in it. So a flood of new keys mostly replaces itself: a counter with `n` events is lost only if all others in
//! its set have at least `n`, which takes about `capacity × n` events of other keys within one window.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The counters. Keys are hashed with a seed of this process, so that a caller cannot choose which counters share a
/// set.
#[derive(Debug)]
pub(crate) struct RateWindows {
    max: u32,
    per: Duration,
    hasher: RandomState,
    sets: Box<[Mutex<[RateWindow; WAYS]>]>,
}

/// The counter of one key. It is free while it has no events.
#[derive(Debug, Clone, Copy, Default)]
struct RateWindow {
    key: u64,
    opened: Duration,
    events: u32,
}

/// An event that is counted before it is known whether it happens. If dropped, it stays counted.
#[derive(Debug, Clone)]
pub(crate) struct Reservation {
    key: u64,
    opened: Duration,
}

impl RateWindows {
    /// An empty table. It allows `max` events of a key in `per`, and counts about `capacity` keys at the same time.
    pub(crate) fn new(max: u32, per: Duration, capacity: usize) -> Self {
        let sets = (0..capacity.div_ceil(WAYS)).map(|_| Mutex::default()).collect();
        Self { max, per, hasher: RandomState::new(), sets }
    }

    /// How long until `key` may have another event. `None` if it may have one now. `now` is monotonic time.
    pub(crate) fn wait(&self, key: impl Hash, now: Duration) -> Option<Duration> {
        let key = self.hasher.hash_one(key);
        let window = self.set(key).iter().find(|window| window.is_of(key)).copied()?;
        window.wait(self.max, self.per, now)
    }

    /// Counts an event, whether it is allowed or not.
    pub(crate) fn record(&self, key: impl Hash, now: Duration) {
        let key = self.hasher.hash_one(key);
        let mut set = self.set(key);
        let window = open(&mut set, key, now, self.per);
        window.events = window.events.saturating_add(1);
    }

    /// Counts `events` of `key` if one more is allowed. Check and count are one step, so that concurrent callers cannot
    /// exceed the limit. The reservation stands for each one of the events.
    ///
    /// # Errors
    /// How long until the next event is allowed.
    pub(crate) fn reserve(
        &self,
        key: impl Hash,
        events: u32,
        now: Duration,
    ) -> Result<Reservation, Duration> {
        let key = self.hasher.hash_one(key);
        let mut set = self.set(key);
        let known = set.iter().find(|window| window.is_of(key));
        if let Some(wait) = known.and_then(|window| window.wait(self.max, self.per, now)) {
            return Err(wait);
        }
        let window = open(&mut set, key, now, self.per);
        window.events = window.events.saturating_add(events);
        Ok(Reservation { key, opened: window.opened })
    }

    /// Removes one event from the count of the window that it was counted in. Other windows do not change.
    pub(crate) fn refund(&self, Reservation { key, opened }: &Reservation) {
        let mut set = self.set(*key);
        if let Some(window) = set.iter_mut().find(|window| window.is_of(*key) && window.opened == *opened) {
            window.events -= 1;
        }
    }

    /// The set that holds a key's counter. A poisoned lock is ignored: the counters are consistent even after a panic.
    fn set(&self, key: u64) -> MutexGuard<'_, [RateWindow; WAYS]> {
        let sets = u64::try_from(self.sets.len()).unwrap_or(u64::MAX);
        let index = usize::try_from(key % sets).unwrap_or_default();
        self.sets[index].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RateWindow {
    fn is_of(&self, key: u64) -> bool {
        self.events > 0 && self.key == key
    }

    fn is_over(&self, per: Duration, now: Duration) -> bool {
        self.events == 0 || now >= self.opened + per
    }

    fn wait(&self, max: u32, per: Duration, now: Duration) -> Option<Duration> {
        let left = (self.opened + per).checked_sub(now).filter(|left| !left.is_zero())?;
        (self.events >= max).then_some(left)
    }
}

/// The key's counter. A new window is opened if the key has none, or if its window is over.
fn open(set: &mut [RateWindow; WAYS], key: u64, now: Duration, per: Duration) -> &mut RateWindow {
    let rank = |window: &RateWindow| match (window.is_of(key), window.is_over(per, now)) {
        (true, _) => (0, 0, Duration::ZERO),
        (false, true) => (1, 0, Duration::ZERO),
        (false, false) => (2, window.events, window.opened),
    };
    let chosen =
        (1..WAYS).fold(0, |least, way| if rank(&set[way]) < rank(&set[least]) { way } else { least });
    let window = &mut set[chosen];
    if !window.is_of(key) || window.is_over(per, now) {
        *window = RateWindow { key, opened: now, events: 0 };
    }
    window
}

/// How many counters a set has.
const WAYS: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_counter_outlives_any_number_of_keys_with_fewer_events() {
        let windows = RateWindows::new(20, SECOND, 1_024);
        for _ in 0..20 {
            windows.record("guessed", Duration::ZERO);
        }
        for key in 0..10_000 {
            for _ in 0..19 {
                windows.record(key, Duration::ZERO);
            }
        }
        assert_eq!(windows.wait("guessed", Duration::ZERO), Some(SECOND));
        windows.reserve("guessed", 1, Duration::ZERO).unwrap_err();
    }

    #[test]
    fn a_table_that_is_full_still_counts_new_keys() {
        let windows = RateWindows::new(2, SECOND, 64);
        for key in 0..10_000 {
            windows.record(key, Duration::ZERO);
        }
        for _ in 0..2 {
            windows.record("new", Duration::ZERO);
        }
        assert!(windows.wait("new", Duration::ZERO).is_some());
    }

    #[test]
    fn a_window_that_is_over_is_replaced_first() {
        let windows = RateWindows::new(1, SECOND, WAYS);
        for key in 0..WAYS {
            windows.record(key, if key == 3 { Duration::ZERO } else { SECOND / 2 });
        }
        windows.record("new", SECOND);
        let limited = |key| windows.wait(key, SECOND).is_some();
        assert!((0..WAYS).all(|key| limited(key) == (key != 3)));
    }

    #[test]
    fn no_more_than_the_limit_is_reserved_and_a_refund_allows_one_more() {
        let windows = RateWindows::new(3, SECOND, 100);
        let reserved: Vec<_> =
            (0..300).filter_map(|_| windows.reserve("key", 1, Duration::ZERO).ok()).collect();
        assert_eq!(reserved.len(), 3);
        windows.refund(&reserved[0]);
        windows.reserve("key", 1, Duration::ZERO).unwrap();
        assert_eq!(windows.reserve("key", 1, SECOND / 4).unwrap_err(), SECOND * 3 / 4);
    }

    #[test]
    fn a_refund_does_not_change_the_next_window() {
        let windows = RateWindows::new(1, SECOND, 100);
        let late = windows.reserve("key", 1, Duration::ZERO).unwrap();
        windows.reserve("key", 1, SECOND).unwrap();
        windows.refund(&late);
        windows.reserve("key", 1, SECOND).unwrap_err();
    }

    #[test]
    fn several_events_at_once_are_allowed_if_one_is() {
        let windows = RateWindows::new(1, SECOND, 100);
        windows.reserve("key", 2, Duration::ZERO).unwrap();
        windows.reserve("key", 1, Duration::ZERO).unwrap_err();
    }
}
