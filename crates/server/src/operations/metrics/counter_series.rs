//! Counters with a fixed list of label sets, for what every request counts.

use std::sync::Arc;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::per_thread::PerThreadCounts;
use super::series::Labels;

/// One counter per label set. Clones share the values.
#[derive(Debug, Clone)]
pub(super) struct CounterSeries<const LABELS: usize> {
    labels: Arc<[Labels<LABELS>]>,
    counts: PerThreadCounts,
}

impl<const LABELS: usize> CounterSeries<LABELS> {
    /// Creates all series.
    pub(super) fn new(labels: impl IntoIterator<Item = Labels<LABELS>>) -> Self {
        let labels: Arc<[_]> = labels.into_iter().collect();
        let counts = PerThreadCounts::new(labels.len());
        Self { labels, counts }
    }

    /// Counts one event of the label set at `index`.
    pub(super) fn increment(&self, index: usize) {
        self.counts.add(index, 1);
    }
}

impl<const LABELS: usize> EncodeMetric for CounterSeries<LABELS> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> std::fmt::Result {
        for (index, labels) in self.labels.iter().enumerate() {
            let mut series = encoder.encode_family(labels)?;
            series.encode_counter::<NoLabelSet, _, u64>(&self.counts.sum(index), None)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Counter
    }
}
