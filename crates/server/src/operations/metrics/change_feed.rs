//! How this node learns of changes, how often it reads them, and how late they take effect.

use std::time::Duration;

use jeton_core::store::ChangeSource;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::series::Series;
use super::state::NodeState;

#[derive(Debug)]
pub(super) struct ChangeFeedMetrics {
    intervals: Histogram,
    lags: Series<1, Histogram>,
    source: Series<1, Gauge>,
}

impl ChangeFeedMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let intervals = Histogram::new(INTERVAL_BUCKETS);
        registry.register_with_unit(
            "change_feed_interval",
            "From the start of one reading of the change feed to the end of the next: the longest time a change waits before this node applies it",
            Unit::Seconds,
            intervals.clone(),
        );
        let by_source = SOURCES.map(|source| [("source", source.name())]);
        let lags = Series::new(by_source, || Histogram::new(LAG_BUCKETS));
        registry.register_with_unit(
            "change_lag",
            "From the commit of a change until this node has applied it; the longest possible time if it was not announced",
            Unit::Seconds,
            lags.clone(),
        );
        let source = Series::new(by_source, Gauge::default);
        registry.register("change_source", "By what this node learns of changes", source.clone());
        Self { intervals, lags, source }
    }

    /// Copies how the node learns of changes now. A store without announcements is polled.
    pub(super) fn set(&self, state: &NodeState) {
        let now = state.change_source.unwrap_or(ChangeSource::Poll);
        for (index, source) in SOURCES.into_iter().enumerate() {
            if let Some(gauge) = self.source.at(index) {
                gauge.set(i64::from(source == now));
            }
        }
    }

    /// Records the time from the commit of the oldest change of a read until all its changes were applied.
    pub(super) fn were_applied_after(&self, source: ChangeSource, lag: Duration) {
        let index = SOURCES.into_iter().position(|known| known == source);
        if let Some(histogram) = index.and_then(|index| self.lags.at(index)) {
            histogram.observe(lag.as_secs_f64());
        }
    }

    pub(super) fn was_read_after(&self, interval: Duration) {
        self.intervals.observe(interval.as_secs_f64());
    }
}

const SOURCES: [ChangeSource; 2] = [ChangeSource::Notify, ChangeSource::Poll];
const LAG_BUCKETS: [f64; 10] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 10.0];
const INTERVAL_BUCKETS: [f64; 6] = [0.3, 0.5, 1.0, 2.0, 10.0, 60.0];
