//! How well this node follows the change feed, and how many clients wait for the revocation feed.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::state::{NodeState, whole};

#[derive(Debug)]
pub(super) struct FeedMetrics {
    change_feed_intervals: Histogram,
    change_feed_silence: Gauge<f64, AtomicU64>,
    revocation_feed_waiting: Gauge,
}

impl FeedMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            change_feed_intervals: Histogram::new(INTERVAL_BUCKETS),
            change_feed_silence: Gauge::default(),
            revocation_feed_waiting: Gauge::default(),
        };
        registry.register_with_unit(
            "change_feed_interval",
            "Time from the start of one read of the change feed to the end of the next: the longest time before this node applies a change",
            Unit::Seconds,
            metrics.change_feed_intervals.clone(),
        );
        registry.register_with_unit(
            "change_feed_silence",
            "Time since the change feed was last read",
            Unit::Seconds,
            metrics.change_feed_silence.clone(),
        );
        registry.register(
            "revocation_feed_waiting",
            "Requests for the revocation feed that wait for a change",
            metrics.revocation_feed_waiting.clone(),
        );
        metrics
    }

    pub(super) fn change_feed_was_read_after(&self, interval: Duration) {
        self.change_feed_intervals.observe(interval.as_secs_f64());
    }

    pub(super) fn set(&self, state: &NodeState) {
        self.change_feed_silence.set(state.change_feed_silence.as_secs_f64());
        self.revocation_feed_waiting.set(whole(state.long_polls));
    }
}

const INTERVAL_BUCKETS: [f64; 6] = [0.3, 0.5, 1.0, 2.0, 10.0, 60.0];
