//! Errors of the store, and failed writes.

use std::sync::atomic::Ordering;

use jeton_core::store::StoreError;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use super::series::Series;
use super::state::NodeState;

#[derive(Debug)]
pub(super) struct StoreMetrics {
    errors: Series<1, Counter>,
    write_failures: Counter,
}

impl StoreMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let kinds = ["unavailable", "conflict", "corrupt", "replaced", "outcome_unknown", "fenced"];
        let metrics = Self {
            errors: Series::new(kinds.map(|kind| [("kind", kind)]), Counter::default),
            write_failures: Counter::default(),
        };
        registry.register("store_errors", "Errors of the store by kind", metrics.errors.clone());
        registry.register(
            "store_write_failures",
            "Writes of this node that the store did not accept",
            metrics.write_failures.clone(),
        );
        metrics
    }

    /// Copies the number of failed writes, which the core counts.
    pub(super) fn set(&self, state: &NodeState) {
        self.write_failures.inner().store(state.write_failures, Ordering::Relaxed);
    }

    pub(super) fn failed(&self, error: &StoreError) {
        let kind = match error {
            StoreError::Unavailable(_) => 0,
            StoreError::OutcomeUnknown(_) => 4,
            StoreError::Conflict(_) => 1,
            StoreError::Corrupt(_) => 2,
            StoreError::Replaced { .. } => 3,
            StoreError::Fenced(_) => 5,
        };
        if let Some(counter) = self.errors.at(kind) {
            counter.inc();
        }
    }
}
