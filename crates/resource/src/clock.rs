//! The time, which a test must be able to move.

use std::fmt::Debug;
use std::time::Duration;

/// Tells the time.
pub trait Clock: Debug + Send + Sync {
    /// The wall clock in Unix seconds: what the instants in tokens are compared with.
    fn now(&self) -> i64;

    /// Time since some fixed moment; never goes back, whatever happens to the wall clock.
    fn monotonic(&self) -> Duration;
}

/// The machine's clocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemClock;

/// Those that move every few milliseconds: reading the precise ones takes as long as all else that is done about a
/// token seen before.
#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    pub(super) fn now() -> i64 {
        clock_gettime(ClockId::RealtimeCoarse).tv_sec
    }

    /// Never negative; if it were, everything would be old.
    pub(super) fn monotonic() -> Duration {
        clock_gettime(ClockId::MonotonicCoarse).try_into().unwrap_or(Duration::MAX)
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::disallowed_methods, reason = "the one clock that the others stand in for")]
mod system {
    use std::sync::LazyLock;
    use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

    pub(super) fn now() -> i64 {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)
    }

    pub(super) fn monotonic() -> Duration {
        static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
        STARTED.elapsed()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        system::now()
    }

    fn monotonic(&self) -> Duration {
        system::monotonic()
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Instant, SystemTime, UNIX_EPOCH};

    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "what the clock is compared with")]
    fn the_machines_clocks_are_those_of_the_standard_library() {
        let unix = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
        assert!((SystemClock.now() - unix).abs() <= 1);
        let (began, before) = (Instant::now(), SystemClock.monotonic());
        while began.elapsed() < Duration::from_millis(50) {
            std::hint::spin_loop();
        }
        let passed = SystemClock.monotonic().saturating_sub(before);
        assert!(passed >= Duration::from_millis(20), "{passed:?}");
    }
}
