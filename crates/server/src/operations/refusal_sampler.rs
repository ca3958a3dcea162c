//! Decides which refusals are logged and kept in memory, so that a flood of them fills neither the disk nor the memory
//! of `explain`.
//!
//! Each reason has its own limit: a flood of one reason leaves out no refusal of another. Metrics count every refusal.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jeton_core::model::Timestamp;

use crate::operations::explanation::Reason;

/// The refusals of the current second, by reason.
#[derive(Debug)]
pub(crate) struct RefusalSampler {
    /// By [`Reason::index`].
    reasons: Box<[Mutex<Second>]>,
    last: Mutex<Option<LastLeftOut>>,
}

/// The refusals of one reason in one second.
#[derive(Debug, Default)]
struct Second {
    /// Monotonic time.
    began: Duration,
    kept: u32,
    /// Since the count was taken.
    left_out: u64,
}

/// When a refusal was last left out.
#[derive(Debug, Clone, Copy)]
struct LastLeftOut {
    monotonic: Duration,
    wall: Timestamp,
}

impl RefusalSampler {
    pub(crate) fn new() -> Self {
        Self { reasons: Reason::ALL.iter().map(|_| Mutex::default()).collect(), last: Mutex::default() }
    }

    /// Whether a refusal at this time, monotonic and by the wall clock, is logged and kept. Counts it if it is not.
    pub(crate) fn keeps(&self, reason: Reason, monotonic: Duration, wall: Timestamp) -> bool {
        let Some(second) = self.reasons.get(reason.index()) else { return true };
        let mut second = lock(second);
        if monotonic.saturating_sub(second.began) >= SECOND {
            second.began = monotonic;
            second.kept = 0;
        }
        if second.kept < PER_SECOND {
            second.kept += 1;
            return true;
        }
        second.left_out += 1;
        drop(second);
        *lock(&self.last) = Some(LastLeftOut { monotonic, wall });
        false
    }

    /// How many refusals were left out since the last call, for each reason with any.
    pub(crate) fn take_left_out(&self) -> impl Iterator<Item = (Reason, u64)> {
        let counts = Reason::ALL.iter().zip(&self.reasons);
        counts
            .map(|(reason, second)| (*reason, std::mem::take(&mut lock(second).left_out)))
            .filter(|(_, left_out)| *left_out > 0)
    }

    /// When a refusal was last left out, unless that is longer ago than `within` at the monotonic time `now`.
    pub(crate) fn last_left_out(&self, within: Duration, now: Duration) -> Option<Timestamp> {
        let last = (*lock(&self.last))?;
        (now.saturating_sub(last.monotonic) < within).then_some(last.wall)
    }
}

/// A poisoned lock is ignored: the counts are consistent even after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Refusals of one reason that are logged and kept.
const PER_SECOND: u32 = 50;
const SECOND: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: Timestamp = Timestamp::from_unix(1);

    fn kept(sampler: &RefusalSampler, reason: Reason, count: usize, at: Duration) -> usize {
        (0..count).filter(|_| sampler.keeps(reason, at, WALL)).count()
    }

    #[test]
    fn fifty_refusals_of_each_reason_are_kept_in_a_second() {
        let sampler = RefusalSampler::new();
        assert_eq!(kept(&sampler, Reason::UnknownClient, 1_000, Duration::ZERO), 50);
        assert_eq!(kept(&sampler, Reason::WrongSecret, 50, Duration::ZERO), 50);
        assert_eq!(kept(&sampler, Reason::UnknownClient, 1_000, SECOND / 2), 0);
        assert_eq!(kept(&sampler, Reason::UnknownClient, 1_000, SECOND), 50);
    }

    #[test]
    fn those_left_out_are_counted_by_reason_once() {
        let sampler = RefusalSampler::new();
        assert_eq!(sampler.take_left_out().count(), 0);
        kept(&sampler, Reason::UnknownClient, 1_000, Duration::ZERO);
        kept(&sampler, Reason::WrongSecret, 51, Duration::ZERO);
        let left_out: Vec<_> = sampler.take_left_out().collect();
        assert_eq!(left_out, [(Reason::UnknownClient, 950), (Reason::WrongSecret, 1)]);
        assert_eq!(sampler.take_left_out().count(), 0);
    }

    #[test]
    fn the_last_one_left_out_is_known_for_a_while() {
        let (sampler, hour) = (RefusalSampler::new(), Duration::from_hours(1));
        kept(&sampler, Reason::WrongSecret, 50, SECOND);
        assert_eq!(sampler.last_left_out(hour, SECOND), None);
        kept(&sampler, Reason::WrongSecret, 1, SECOND);
        assert_eq!(sampler.last_left_out(hour, hour), Some(WALL));
        assert_eq!(sampler.last_left_out(hour, hour + SECOND), None);
    }
}
