//! Counts what the node has heard of revocations, so that whoever waits for the next one wakes.
//!
//! It decides nothing: a rise may be about tokens that concern nobody who waits.

use tokio::sync::watch;

/// The count. Its clones are the same one.
#[derive(Debug, Clone, Default)]
pub(crate) struct FeedVersion(watch::Sender<u64>);

impl FeedVersion {
    /// The count now. What is read after it contains all that it counts.
    pub(crate) fn current(&self) -> u64 {
        *self.0.borrow()
    }

    /// Something was heard, and can be read.
    pub(crate) fn raise(&self) {
        self.0.send_modify(|version| *version += 1);
    }

    /// All rises from now on.
    pub(crate) fn changes(&self) -> FeedChanges {
        FeedChanges(self.0.subscribe())
    }
}

/// Whether anything was heard of revocations since the last look.
#[derive(Debug)]
pub struct FeedChanges(watch::Receiver<u64>);

impl FeedChanges {
    /// Returns when something was heard since the last call, or since the beginning. May be dropped at any time.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // The node is gone, and nothing will ever be heard.
            std::future::pending().await
        }
    }
}
