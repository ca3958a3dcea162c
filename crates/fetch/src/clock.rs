//! The clock. Tests can replace it.

use std::fmt::Debug;
use std::time::Duration;

/// A source of time.
pub trait Clock: Debug + Send + Sync {
    /// The wall clock in Unix seconds. It is compared with the times in tokens.
    fn now(&self) -> i64;

    /// The time since some fixed moment. It never goes back, even if the wall clock does.
    fn monotonic(&self) -> Duration;
}

/// The system clocks.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

/// Coarse clocks with a resolution of a few milliseconds: reading the precise ones takes as long as all other work for
/// a cached token.
#[cfg(target_os = "linux")]
mod system {
    use std::time::Duration;

    use rustix::time::{ClockId, clock_gettime};

    pub(super) fn now() -> i64 {
        clock_gettime(ClockId::RealtimeCoarse).tv_sec
    }

    /// Never negative. If it were, every cached value would count as expired.
    pub(super) fn monotonic() -> Duration {
        clock_gettime(ClockId::MonotonicCoarse).try_into().unwrap_or(Duration::MAX)
    }
}

#[cfg(not(target_os = "linux"))]
#[expect(clippy::disallowed_methods, reason = "the system clock is read only here")]
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
    #[expect(clippy::disallowed_methods, reason = "the test compares the clock with the standard library")]
    fn the_system_clock_agrees_with_the_standard_library() {
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
