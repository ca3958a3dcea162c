//! Counts events of a key in windows of time, and says when there were too many.
//!
//! The table has a fixed size. A new key that finds its part of the table full replaces the counter with the fewest
//! events there. So a flood of new keys replaces mostly itself: a counter of `n` events is lost only where all others of
//! its part have at least `n`, which takes about `capacity × n` events of other keys within one window.

use std::hash::{BuildHasher as _, Hash, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The counters. Their keys are hashed with a seed of this process, so that no caller can choose which counters meet.
#[derive(Debug)]
pub(crate) struct RateWindows {
    most: u32,
    per: Duration,
    hasher: RandomState,
    sets: Box<[Mutex<[RateWindow; WAYS]>]>,
}

/// The counter of one key; free while it has no events.
#[derive(Debug, Clone, Copy, Default)]
struct RateWindow {
    key: u64,
    opened: Duration,
    events: u32,
}

/// An event that was counted before it is known whether it happens. Dropped, it stays counted.
#[derive(Debug, Clone)]
pub(crate) struct Reservation {
    key: u64,
    opened: Duration,
}

impl RateWindows {
    /// No events yet; `most` of them are allowed in `per`. At most about `capacity` keys are counted at once.
    pub(crate) fn new(most: u32, per: Duration, capacity: usize) -> Self {
        let sets = (0..capacity.div_ceil(WAYS)).map(|_| Mutex::default()).collect();
        Self { most, per, hasher: RandomState::new(), sets }
    }

    /// How long until `key` may have another event, if it may not now. `now` is monotonic time.
    pub(crate) fn wait(&self, key: impl Hash, now: Duration) -> Option<Duration> {
        let key = self.hasher.hash_one(key);
        let window = self.set(key).iter().find(|window| window.is_of(key)).copied()?;
        window.wait(self.most, self.per, now)
    }

    /// Counts an event, whether it is allowed or not.
    pub(crate) fn record(&self, key: impl Hash, now: Duration) {
        let key = self.hasher.hash_one(key);
        let mut set = self.set(key);
        let window = open(&mut set, key, now, self.per);
        window.events = window.events.saturating_add(1);
    }

    /// Counts `events` of `key` where one more is allowed, in one step: of many callers at once no more get through than
    /// there is room for. The reservation is of each one of them.
    ///
    /// # Errors
    /// How long until the next is allowed.
    pub(crate) fn reserve(
        &self,
        key: impl Hash,
        events: u32,
        now: Duration,
    ) -> Result<Reservation, Duration> {
        let key = self.hasher.hash_one(key);
        let mut set = self.set(key);
        let known = set.iter().find(|window| window.is_of(key));
        if let Some(wait) = known.and_then(|window| window.wait(self.most, self.per, now)) {
            return Err(wait);
        }
        let window = open(&mut set, key, now, self.per);
        window.events = window.events.saturating_add(events);
        Ok(Reservation { key, opened: window.opened })
    }

    /// Takes one event out of the count. It was counted in one window and leaves no other.
    pub(crate) fn refund(&self, Reservation { key, opened }: &Reservation) {
        let mut set = self.set(*key);
        if let Some(window) = set.iter_mut().find(|window| window.is_of(*key) && window.opened == *opened) {
            window.events -= 1;
        }
    }

    /// The part of the table in which a key's counter is. A thread that panicked meanwhile left whole counters.
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

    fn wait(&self, most: u32, per: Duration, now: Duration) -> Option<Duration> {
        let left = (self.opened + per).checked_sub(now).filter(|left| !left.is_zero())?;
        (self.events >= most).then_some(left)
    }
}

/// The key's counter, opened now where it has none or the last one is over.
fn open(set: &mut [RateWindow; WAYS], key: u64, now: Duration, per: Duration) -> &mut RateWindow {
    let worth = |window: &RateWindow| match (window.is_of(key), window.is_over(per, now)) {
        (true, _) => (0, 0, Duration::ZERO),
        (false, true) => (1, 0, Duration::ZERO),
        (false, false) => (2, window.events, window.opened),
    };
    let place =
        (1..WAYS).fold(0, |least, way| if worth(&set[way]) < worth(&set[least]) { way } else { least });
    let window = &mut set[place];
    if !window.is_of(key) || window.is_over(per, now) {
        *window = RateWindow { key, opened: now, events: 0 };
    }
    window
}

/// How many counters share a part of the table.
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
    fn what_is_over_makes_room_first() {
        let windows = RateWindows::new(1, SECOND, WAYS);
        for key in 0..WAYS {
            windows.record(key, if key == 3 { Duration::ZERO } else { SECOND / 2 });
        }
        windows.record("new", SECOND);
        let limited = |key| windows.wait(key, SECOND).is_some();
        assert!((0..WAYS).all(|key| limited(key) == (key != 3)));
    }

    #[test]
    fn no_more_are_reserved_than_allowed_and_a_refund_makes_room() {
        let windows = RateWindows::new(3, SECOND, 100);
        let reserved: Vec<_> =
            (0..300).filter_map(|_| windows.reserve("key", 1, Duration::ZERO).ok()).collect();
        assert_eq!(reserved.len(), 3);
        windows.refund(&reserved[0]);
        windows.reserve("key", 1, Duration::ZERO).unwrap();
        assert_eq!(windows.reserve("key", 1, SECOND / 4).unwrap_err(), SECOND * 3 / 4);
    }

    #[test]
    fn a_refund_leaves_the_next_window_alone() {
        let windows = RateWindows::new(1, SECOND, 100);
        let late = windows.reserve("key", 1, Duration::ZERO).unwrap();
        windows.reserve("key", 1, SECOND).unwrap();
        windows.refund(&late);
        windows.reserve("key", 1, SECOND).unwrap_err();
    }

    #[test]
    fn several_events_at_once_need_room_for_one() {
        let windows = RateWindows::new(1, SECOND, 100);
        windows.reserve("key", 2, Duration::ZERO).unwrap();
        windows.reserve("key", 1, Duration::ZERO).unwrap_err();
    }
}
