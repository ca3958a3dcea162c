//! A metric with a fixed list of label sets, whose series are found by index.

use std::sync::Arc;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::{MetricType, TypedMetric};

/// One metric per label set. Clones share the values.
#[derive(Debug)]
pub(super) struct Series<const LABELS: usize, M>(Arc<[(Labels<LABELS>, M)]>);

/// Names and values of labels.
pub(super) type Labels<const LABELS: usize> = [(&'static str, &'static str); LABELS];

impl<const LABELS: usize, M> Series<LABELS, M> {
    /// Creates all series, each with a metric from `make`.
    pub(super) fn new(sets: impl IntoIterator<Item = Labels<LABELS>>, make: impl Fn() -> M) -> Self {
        Self(sets.into_iter().map(|labels| (labels, make())).collect())
    }

    /// The metric of the label set at `index`.
    pub(super) fn at(&self, index: usize) -> Option<&M> {
        self.0.get(index).map(|(_, metric)| metric)
    }
}

impl<const LABELS: usize, M> Clone for Series<LABELS, M> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<const LABELS: usize, M: EncodeMetric + TypedMetric> EncodeMetric for Series<LABELS, M> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> std::fmt::Result {
        for (labels, metric) in &*self.0 {
            metric.encode(encoder.encode_family(labels)?)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        M::TYPE
    }
}
