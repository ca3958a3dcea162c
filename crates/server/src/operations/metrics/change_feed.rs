//! How often this node reads what has changed.

use std::time::Duration;

use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

#[derive(Debug)]
pub(super) struct ChangeFeedMetrics {
    intervals: Histogram,
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
        Self { intervals }
    }

    pub(super) fn was_read_after(&self, interval: Duration) {
        self.intervals.observe(interval.as_secs_f64());
    }
}

const INTERVAL_BUCKETS: [f64; 6] = [0.3, 0.5, 1.0, 2.0, 10.0, 60.0];
