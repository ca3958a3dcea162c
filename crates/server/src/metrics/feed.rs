//! How well this node hears what changes, and who waits to hear it from this node.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::state::{NodeState, whole};

#[derive(Debug)]
pub(super) struct FeedMetrics {
    intervals: Histogram,
    silence: Gauge<f64, AtomicU64>,
    long_polls: Gauge,
}

impl FeedMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self {
            intervals: Histogram::new(INTERVAL_BUCKETS),
            silence: Gauge::default(),
            long_polls: Gauge::default(),
        };
        registry.register_with_unit(
            "change_feed_interval",
            "From the start of one reading of the change feed to the end of the next: the longest time a change waits before this node applies it",
            Unit::Seconds,
            metrics.intervals.clone(),
        );
        registry.register_with_unit(
            "change_feed_silence",
            "Since the change feed was last read",
            Unit::Seconds,
            metrics.silence.clone(),
        );
        registry.register(
            "revocation_feed_waiting",
            "Requests for the revocation feed that wait for a change",
            metrics.long_polls.clone(),
        );
        metrics
    }

    pub(super) fn was_read_after(&self, interval: Duration) {
        self.intervals.observe(interval.as_secs_f64());
    }

    pub(super) fn set(&self, state: &NodeState) {
        self.silence.set(state.feed_silence.as_secs_f64());
        self.long_polls.set(whole(state.long_polls));
    }
}

const INTERVAL_BUCKETS: [f64; 6] = [0.3, 0.5, 1.0, 2.0, 10.0, 60.0];
