//! Requests by endpoint and outcome, their durations, and the reasons of refusals.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::outcome::Outcome;
use super::series::Series;
use crate::oauth::endpoint::Endpoint;
use crate::operations::explanation::Reason;

#[derive(Debug)]
pub(super) struct RequestMetrics {
    requests: Series<2, Counter>,
    durations: Series<1, Histogram>,
    refusals: Series<1, Counter>,
    /// The index of the series of an endpoint and an outcome.
    request_indexes: [[Option<usize>; Outcome::ALL.len()]; Endpoint::ALL.len()],
    duration_indexes: [Option<usize>; Endpoint::ALL.len()],
}

impl RequestMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let mut request_indexes = [[None; Outcome::ALL.len()]; Endpoint::ALL.len()];
        let mut duration_indexes = [None; Endpoint::ALL.len()];
        let (mut request_sets, mut duration_sets) = (Vec::new(), Vec::new());
        for &endpoint in Endpoint::ALL {
            for outcome in Outcome::all_of(endpoint) {
                request_indexes[endpoint.index()][outcome.index()] = Some(request_sets.len());
                request_sets.push([("endpoint", endpoint.label()), ("outcome", outcome.as_str())]);
            }
            if endpoint.is_timed() {
                duration_indexes[endpoint.index()] = Some(duration_sets.len());
                duration_sets.push([("endpoint", endpoint.label())]);
            }
        }
        let metrics = Self {
            requests: Series::new(request_sets, Counter::default),
            durations: Series::new(duration_sets, || Histogram::new(DURATION_BUCKETS)),
            refusals: Series::new(Reason::ALL.iter().map(|reason| [("reason", reason.as_str())]), || {
                Counter::default()
            }),
            request_indexes,
            duration_indexes,
        };
        registry.register("requests", "Requests by endpoint and outcome", metrics.requests.clone());
        registry.register_with_unit(
            "request_duration",
            "Time from the request's headers to the response, by endpoint",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register("refusals", "Refusals by reason", metrics.refusals.clone());
        metrics
    }

    pub(super) fn answered(&self, endpoint: Endpoint, outcome: Outcome) {
        let index = self.request_indexes[endpoint.index()][outcome.index()];
        debug_assert!(index.is_some(), "{endpoint:?} lists no outcome {outcome:?}");
        if let Some(counter) = index.and_then(|index| self.requests.at(index)) {
            counter.inc();
        }
    }

    pub(super) fn refused(&self, reason: Reason) {
        if let Some(counter) = self.refusals.at(reason.index()) {
            counter.inc();
        }
    }

    pub(super) fn observe_duration(&self, endpoint: Endpoint, duration: Duration) {
        let histogram = self.duration_indexes[endpoint.index()].and_then(|index| self.durations.at(index));
        if let Some(histogram) = histogram {
            histogram.observe(duration.as_secs_f64());
        }
    }
}

const DURATION_BUCKETS: [f64; 10] = [0.0001, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.01, 0.05, 0.25, 1.0, 5.0];
