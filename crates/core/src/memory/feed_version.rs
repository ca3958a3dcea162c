//! A counter of the revocations that the node has read. It wakes the requests that wait for the next one.
//!
//! An increase may concern only tokens that no waiting request may see.

use tokio::sync::watch;

/// The counter. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RevocationFeedVersion(watch::Sender<u64>);

impl RevocationFeedVersion {
    /// The current count. Data that is read afterwards includes everything that is counted.
    pub(crate) fn current(&self) -> u64 {
        *self.0.borrow()
    }

    /// Counts a change that can now be read from the cache.
    pub(crate) fn raise(&self) {
        self.0.send_modify(|version| *version += 1);
    }

    /// All increases from now on.
    pub(crate) fn changes(&self) -> RevocationFeedChanges {
        RevocationFeedChanges(self.0.subscribe())
    }
}

/// Waits for changes of the revocation feed.
#[derive(Debug)]
pub struct RevocationFeedChanges(watch::Receiver<u64>);

impl RevocationFeedChanges {
    /// Returns when there was a change since the last call, or since this value was created. Cancel-safe.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // The node has stopped: there will be no further change.
            std::future::pending::<()>().await;
        }
    }
}
