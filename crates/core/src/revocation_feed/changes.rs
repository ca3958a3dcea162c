//! Waits for changes of the revocation feed after a document.

use crate::memory::feed_version::{FeedVersion, ReaderCounters};

/// The changes after a document that its reader can see.
#[derive(Debug)]
pub struct RevocationFeedChanges {
    pub(crate) counters: ReaderCounters,
    pub(crate) known: FeedVersion,
}

impl RevocationFeedChanges {
    /// Returns when the reader should read again: after a change, at most four times a second for each audience.
    /// Cancel-safe.
    pub async fn next(&self) {
        self.counters.exceed(&self.known).await;
    }
}
