//! Waits for changes of the revocation feed after a document.

use std::sync::Arc;

use crate::memory::directory::Directory;
use crate::memory::feed_version::{FeedVersion, ReaderCounters};
use crate::revocation_feed::freshness::MAX_STALENESS;

/// The changes after a document that its reader can see.
#[derive(Debug)]
pub struct RevocationFeedChanges {
    pub(crate) directory: Arc<Directory>,
    pub(crate) counters: ReaderCounters,
    pub(crate) known: FeedVersion,
}

impl RevocationFeedChanges {
    /// Returns when the reader should read again: after a change, at most four times a second for each audience, or
    /// when the node can no longer tell whether there was one. Cancel-safe.
    pub async fn next(&self) {
        tokio::select! {
            () = self.counters.exceed(&self.known) => {}
            () = self.directory.until_not_read_within(MAX_STALENESS) => {}
        }
    }
}
