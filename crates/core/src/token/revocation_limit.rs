//! Limits the rate at which a caller revokes tokens: each revocation is a row in the store, and stays in the memory of
//! every node until long after the token expired.

use std::time::Duration;

use jeton_protocol::ClientId;

use crate::limit::rate_window::RateWindows;

/// The counters of revocations.
#[derive(Debug)]
pub(crate) struct RevocationLimit(RateWindows);

impl RevocationLimit {
    /// A limit with no revocation counted yet.
    pub(crate) fn new() -> Self {
        Self(RateWindows::new(MAX_PER_SECOND, Duration::from_secs(1), MAX_CALLERS))
    }

    /// Counts a revocation of `caller`. `now` is monotonic time.
    ///
    /// # Errors
    /// How long the caller has to wait. In this case the revocation is not counted.
    pub(crate) fn reserve(&self, caller: &ClientId, now: Duration) -> Result<(), Duration> {
        self.0.reserve(caller.as_str(), 1, now).map(drop)
    }
}

/// A caller that revokes more has to wait, so that others have their share of the writes too.
const MAX_PER_SECOND: u32 = 200;
/// A counter takes 32 bytes: half a megabyte in total.
const MAX_CALLERS: usize = 16_384;
