//! A clock that a test sets, and randomness that is the same in every run.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use jeton_core::model::Timestamp;
use jeton_core::{Clock, Randomness};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// How long a key is published before it signs: 5 minutes for cached JWK Sets, 5 for a stale node, 1 for clock skew.
pub(crate) const PUBLISHED_FOR: Duration = Duration::from_mins(11);
/// How long a key is trusted after its last token: 24 hours for the longest token, 5 minutes for a stale node, 1 for
/// clock skew.
pub(crate) const KEPT_FOR: Duration = Duration::from_mins(24 * 60 + 6);
/// How long a key signs, by default.
pub(crate) const ACTIVE_FOR: Duration = Duration::from_hours(24 * 90);

/// A clock that moves only when a test moves it.
#[derive(Debug)]
pub(crate) struct MockClock {
    wall: AtomicI64,
    monotonic: Mutex<Duration>,
    broken: AtomicBool,
}

impl MockClock {
    pub(crate) fn new() -> Self {
        let wall = AtomicI64::new(START);
        Self { wall, monotonic: Mutex::new(Duration::from_hours(1)), broken: AtomicBool::new(false) }
    }

    /// Moves both clocks.
    pub(crate) fn pass(&self, time: Duration) {
        *self.monotonic.lock().unwrap() += time;
        self.wall.fetch_add(i64::try_from(time.as_secs()).unwrap(), Ordering::SeqCst);
    }

    /// The wall clock, in seconds since 1970.
    pub(crate) fn unix(&self) -> i64 {
        self.wall.load(Ordering::SeqCst)
    }

    /// The wall clock as text.
    pub(crate) fn text(&self) -> String {
        Timestamp::from_unix(self.unix()).to_string()
    }

    /// Sets the wall clock.
    pub(crate) fn set_wall(&self, unix: i64) {
        self.wall.store(unix, Ordering::SeqCst);
    }

    /// The next reading of the wall clock panics.
    pub(crate) fn break_once(&self) {
        self.broken.store(true, Ordering::SeqCst);
    }
}

impl Clock for MockClock {
    fn now(&self) -> Timestamp {
        assert!(!self.broken.swap(false, Ordering::SeqCst), "the clock is broken on purpose");
        Timestamp::from_unix(self.wall.load(Ordering::SeqCst))
    }

    fn monotonic(&self) -> Duration {
        *self.monotonic.lock().unwrap()
    }
}

/// The same bytes in every run.
#[derive(Debug)]
pub(crate) struct SeededRandomness(Mutex<StdRng>);

impl SeededRandomness {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Randomness for SeededRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap().fill_bytes(bytes);
    }
}

/// 2026-11-23T08:00:00Z
pub(crate) const START: i64 = 1_795_420_800;
