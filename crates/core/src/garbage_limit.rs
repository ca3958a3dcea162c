//! Counts the worthless tokens that a caller introspects, and says when there were too many (decision 0010).
//!
//! It counts per caller and per kind of work, so that one caller's garbage never costs another caller anything, and
//! garbage that costs no work never keeps a token from being verified.

use std::time::Duration;

use jeton_protocol::ClientId;

use crate::rate_windows::RateWindows;

/// What it takes to verify a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    /// Nothing: it has not the form of a token, or no key of ours.
    None,
    /// A signature check.
    Signature,
    /// Opening a seal.
    Seal,
}

/// The counters.
#[derive(Debug)]
pub(crate) struct GarbageLimit(RateWindows);

impl GarbageLimit {
    /// No garbage yet.
    pub(crate) fn new() -> Self {
        Self(RateWindows::new(MOST_IN_A_SECOND, Duration::from_secs(1), CAPACITY))
    }

    /// How long until `caller` may show another unseen token of this kind, if it may not now. `now` is monotonic time.
    pub(crate) fn wait(&self, caller: &ClientId, work: Work, now: Duration) -> Option<Duration> {
        self.0.wait((caller.as_str(), work), now)
    }

    /// Counts a token that turned out to be worthless.
    pub(crate) fn record(&self, caller: &ClientId, work: Work, now: Duration) {
        self.0.record((caller.as_str(), work), now);
    }
}

/// An ES256 check takes 50 µs: a caller's garbage takes at most a tenth of one core.
pub(crate) const MOST_IN_A_SECOND: u32 = 2_000;
/// A counter takes 32 bytes: half a megabyte in all.
const CAPACITY: usize = 16_384;
