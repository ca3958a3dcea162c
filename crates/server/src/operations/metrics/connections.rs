//! The connections of the public listener.

use std::sync::{Arc, OnceLock};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;

use crate::listen::ConnectionCounts;

/// The counts of the listener, once there is one. Until then, and in an app that serves by itself, they are zero.
#[derive(Debug, Clone, Default)]
pub(super) struct ConnectionMetrics(Arc<OnceLock<Arc<ConnectionCounts>>>);

impl ConnectionMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Self::default();
        registry.register_collector(Box::new(metrics.clone()));
        metrics
    }

    pub(super) fn set(&self, counts: Arc<ConnectionCounts>) {
        // A node has one public listener; another one would not be counted.
        let _ = self.0.set(counts);
    }
}

impl Collector for ConnectionMetrics {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let counts = self.0.get();
        let open = counts.map_or(0, |counts| i64::try_from(counts.open()).unwrap_or(i64::MAX));
        ConstGauge::new(open).encode(encoder.encode_descriptor(
            "connections",
            "Open connections of the public listener",
            None,
            MetricType::Gauge,
        )?)?;
        let refused = counts.map_or(0, |counts| counts.refused());
        ConstCounter::new(refused).encode(encoder.encode_descriptor(
            "connections_refused",
            "Connections that were closed at once because their network had too many",
            None,
            MetricType::Counter,
        )?)
    }
}
