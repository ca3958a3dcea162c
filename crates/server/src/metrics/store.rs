//! What the store could not do.

use jeton_core::store::StoreError;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::registry::Registry;

use super::series::Series;

#[derive(Debug)]
pub(super) struct StoreMetrics {
    errors: Series<1, Counter>,
}

impl StoreMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let kinds = ["unavailable", "conflict", "corrupt"];
        let metrics = Self { errors: Series::new(kinds.map(|kind| [("kind", kind)]), Counter::default) };
        registry.register("store_errors", "Errors of the store by kind", metrics.errors.clone());
        metrics
    }

    pub(super) fn failed(&self, error: &StoreError) {
        let kind = match error {
            StoreError::Unavailable(_) => 0,
            StoreError::Conflict(_) => 1,
            StoreError::Corrupt(_) => 2,
        };
        if let Some(counter) = self.errors.at(kind) {
            counter.inc();
        }
    }
}
