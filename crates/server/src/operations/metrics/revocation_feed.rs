//! The work that changes of the revocation feed cause.

use std::sync::atomic::Ordering;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use super::state::NodeState;

#[derive(Debug)]
pub(super) struct RevocationFeedMetrics {
    wakeups: Counter,
    documents: Counter,
}

impl RevocationFeedMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self { wakeups: Counter::default(), documents: Counter::default() };
        registry.register(
            "revocation_feed_wakeups",
            "How often a change woke a waiting request for the revocation feed",
            metrics.wakeups.clone(),
        );
        registry.register(
            "revocation_feed_documents",
            "Documents of the revocation feed that were built",
            metrics.documents.clone(),
        );
        metrics
    }

    /// Copies the number of documents, which the core counts.
    pub(super) fn set(&self, state: &NodeState) {
        self.documents.inner().store(state.revocation_feed_documents, Ordering::Relaxed);
    }

    pub(super) fn woken(&self) {
        self.wakeups.inc();
    }
}
