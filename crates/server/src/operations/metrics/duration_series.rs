//! Histograms of durations with a fixed list of label sets, for what every request measures.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::{EncodeMetric, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::per_thread::PerThreadCounts;
use super::series::Labels;

/// One histogram per label set. Clones share the values.
#[derive(Debug, Clone)]
pub(super) struct DurationSeries<const LABELS: usize> {
    labels: Arc<[Labels<LABELS>]>,
    bounds: &'static [Duration],
    /// For each label set: its buckets, that of longer durations, and the sum in nanoseconds.
    counts: PerThreadCounts,
}

impl<const LABELS: usize> DurationSeries<LABELS> {
    /// Creates all series. `bounds` are the upper bounds of the buckets, ascending.
    pub(super) fn new(labels: impl IntoIterator<Item = Labels<LABELS>>, bounds: &'static [Duration]) -> Self {
        let labels: Arc<[_]> = labels.into_iter().collect();
        let counts = PerThreadCounts::new(labels.len() * (bounds.len() + 2));
        Self { labels, bounds, counts }
    }

    /// Adds a duration to the histogram of the label set at `index`.
    pub(super) fn observe(&self, index: usize, duration: Duration) {
        let (first, bounds) = (self.first(index), self.bounds);
        let bucket = bounds.iter().position(|bound| duration <= *bound).unwrap_or(bounds.len());
        self.counts.add(first + bucket, 1);
        self.counts.add(first + bounds.len() + 1, u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX));
    }

    fn first(&self, index: usize) -> usize {
        index * (self.bounds.len() + 2)
    }
}

impl<const LABELS: usize> EncodeMetric for DurationSeries<LABELS> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> std::fmt::Result {
        let bounds = self.bounds.iter().map(Duration::as_secs_f64).chain([f64::INFINITY]);
        for (index, labels) in self.labels.iter().enumerate() {
            let first = self.first(index);
            let buckets: Vec<(f64, u64)> =
                bounds.clone().zip((first..).map(|at| self.counts.sum(at))).collect();
            let count = buckets.iter().map(|(_, count)| count).sum();
            let sum = Duration::from_nanos(self.counts.sum(first + buckets.len()));
            let mut series = encoder.encode_family(labels)?;
            series.encode_histogram::<NoLabelSet>(sum.as_secs_f64(), count, &buckets, None)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Histogram
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text::encode;
    use prometheus_client::registry::Registry;

    use super::*;

    #[test]
    fn a_duration_counts_in_the_first_bucket_that_is_not_shorter_and_in_the_sum() {
        const BOUNDS: [Duration; 2] = [Duration::from_micros(100), Duration::from_secs(1)];
        let series = DurationSeries::new([[("at", "a")], [("at", "b")]], &BOUNDS);
        for millis in [1, 1_000, 2_500] {
            series.observe(1, Duration::from_millis(millis));
        }
        series.observe(1, Duration::from_micros(100));
        series.observe(0, Duration::ZERO);
        let (mut registry, mut text) = (Registry::default(), String::new());
        registry.register("d", "D", series);
        encode(&mut text, &registry).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| line.contains("at=\"b\"")).collect();
        assert_eq!(
            lines,
            [
                "d_sum{at=\"b\"} 3.5011",
                "d_count{at=\"b\"} 4",
                "d_bucket{le=\"0.0001\",at=\"b\"} 1",
                "d_bucket{le=\"1.0\",at=\"b\"} 3",
                "d_bucket{le=\"+Inf\",at=\"b\"} 4",
            ]
        );
    }
}
