//! Limits the rate of invalid tokens that a caller introspects (decision 0010).
//!
//! It counts per caller and per kind of work. So the invalid tokens of one caller do not affect other callers, and
//! invalid tokens that cost no work do not prevent other tokens from being verified.

use std::time::Duration;

use jeton_protocol::ClientId;

use crate::limit::rate_window::RateWindows;

/// The work that verifying a token takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum VerificationWork {
    /// None: the token is malformed, or its key is unknown.
    None,
    /// A signature check.
    Signature,
    /// Opening a seal.
    Seal,
}

/// The counters of invalid tokens.
#[derive(Debug)]
pub(crate) struct InvalidTokenLimit(RateWindows);

impl InvalidTokenLimit {
    /// A limit with no invalid token counted yet.
    pub(crate) fn new() -> Self {
        Self(RateWindows::new(MAX_PER_SECOND, Duration::from_secs(1), CAPACITY))
    }

    /// How long until `caller` may introspect another new token of this kind. `None` if it may do so now. `now` is
    /// monotonic time.
    pub(crate) fn wait(&self, caller: &ClientId, work: VerificationWork, now: Duration) -> Option<Duration> {
        self.0.wait((caller.as_str(), work), now)
    }

    /// Counts an invalid token.
    pub(crate) fn record(&self, caller: &ClientId, work: VerificationWork, now: Duration) {
        self.0.record((caller.as_str(), work), now);
    }
}

/// An ES256 check takes 50 µs: the invalid tokens of one caller take at most a tenth of one core.
pub(crate) const MAX_PER_SECOND: u32 = 2_000;
/// A counter takes 32 bytes: half a megabyte in total.
const CAPACITY: usize = 16_384;
