//! The metrics of this node. No label value comes from a caller, and all series exist from the start.
//!
//! Counters and histograms are found by index, so counting needs no map lookup and no allocation. What every request
//! counts is counted for each thread alone, so that workers share neither a lock nor memory.

mod change_feed;
mod connections;
mod counter_series;
mod duration_series;
mod format;
mod outcome;
mod per_thread;
mod process;
mod requests;
mod revocation_feed;
mod series;
mod state;
mod store;
mod tasks;

use std::sync::Arc;
use std::time::Duration;

use jeton_core::KeyRingError;
use jeton_core::store::{ChangeSource, StoreError};
use jeton_protocol::ErrorCode;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::background::BackgroundTask;
use crate::listen::ConnectionCounts;
use crate::oauth::endpoint::Endpoint;
use crate::operations::certificate_expiry::CertificateExpiry;
use crate::operations::explanation::Reason;
use change_feed::ChangeFeedMetrics;
use connections::ConnectionMetrics;
use requests::RequestMetrics;
use revocation_feed::RevocationFeedMetrics;
use state::StateMetrics;
use store::StoreMetrics;
use tasks::TaskMetrics;

pub(crate) use format::MetricsFormat;
pub(crate) use outcome::Outcome;
pub(crate) use state::NodeState;

/// The node's metrics.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: RequestMetrics,
    change_feed: ChangeFeedMetrics,
    revocation_feed: RevocationFeedMetrics,
    state: StateMetrics,
    store: StoreMetrics,
    tasks: TaskMetrics,
    connections: ConnectionMetrics,
    pub(crate) certificate_expiry: CertificateExpiry,
}

impl Metrics {
    pub(crate) fn new(region: &str) -> Self {
        let mut registry = Registry::default();
        registry.register_collector(Box::new(process::ProcessMetrics::new()));
        let jeton = registry.sub_registry_with_prefix("jeton");
        let build =
            Info::new(vec![("version", env!("CARGO_PKG_VERSION").to_owned()), ("region", region.to_owned())]);
        jeton.register("build", "Version, and the region that the node serves", build);
        Self {
            requests: RequestMetrics::register(jeton),
            change_feed: ChangeFeedMetrics::register(jeton),
            revocation_feed: RevocationFeedMetrics::register(jeton),
            state: StateMetrics::register(jeton),
            store: StoreMetrics::register(jeton),
            tasks: TaskMetrics::register(jeton),
            connections: ConnectionMetrics::register(jeton),
            certificate_expiry: CertificateExpiry::register(jeton),
            registry,
        }
    }

    /// Counts a response.
    pub(crate) fn answered(&self, endpoint: Endpoint, outcome: Outcome) {
        self.requests.answered(endpoint, outcome);
    }

    /// Counts a refusal.
    pub(crate) fn refused(&self, endpoint: Endpoint, code: ErrorCode, reason: Reason) {
        self.requests.answered(endpoint, Outcome::Refused(code));
        self.requests.refused(reason);
    }

    /// Records the time that a request to `endpoint` took.
    pub(crate) fn observe_duration(&self, endpoint: Endpoint, duration: Duration) {
        self.requests.observe_duration(endpoint, duration);
    }

    /// Counts an error of the store.
    pub(crate) fn store_failed(&self, error: &StoreError) {
        self.store.failed(error);
    }

    /// Counts an error of the store, if it was the reason why keys could not be read or written.
    pub(crate) fn keys_failed(&self, error: &KeyRingError) {
        if let KeyRingError::Store(error) = error {
            self.store.failed(error);
        }
    }

    /// Counts that a background task had to be started again.
    pub(crate) fn task_restarted(&self, task: BackgroundTask) {
        self.tasks.restarted(task);
    }

    /// Records that the change feed was read, `interval` after the start of the previous read.
    pub(crate) fn change_feed_was_read_after(&self, interval: Duration) {
        self.change_feed.was_read_after(interval);
    }

    /// Records how long after the commit the changes of a read were applied.
    pub(crate) fn changes_were_applied_after(&self, source: ChangeSource, lag: Duration) {
        self.change_feed.were_applied_after(source, lag);
    }

    /// Counts that a waiting request for the revocation feed was woken by a change.
    pub(crate) fn revocation_feed_woken(&self) {
        self.revocation_feed.woken();
    }

    /// Shows the connections of the public listener from now on.
    pub(crate) fn show_connections(&self, counts: Arc<ConnectionCounts>) {
        self.connections.set(counts);
    }

    /// Sets the number of accounts whose last secret expires within 30 days.
    pub(crate) fn set_secrets_expiring(&self, count: u64) {
        self.state.set_secrets_expiring(count);
    }

    /// All metrics as text.
    pub(crate) fn encode(&self, format: MetricsFormat, state: &NodeState) -> String {
        self.state.set(state);
        self.change_feed.set(state);
        self.store.set(state);
        self.revocation_feed.set(state);
        format.encode(&self.registry)
    }
}
