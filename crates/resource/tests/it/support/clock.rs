//! A clock that stands still until a test advances it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jeton_resource::Clock;

#[derive(Debug, Default)]
pub(crate) struct TestClock(AtomicU64);

impl TestClock {
    pub(crate) fn pass(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn unix(&self) -> i64 {
        START + i64::try_from(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.unix()
    }

    fn monotonic(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

const START: i64 = 1_800_000_000;
