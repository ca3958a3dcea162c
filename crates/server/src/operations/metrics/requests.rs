//! Requests by endpoint and outcome, their durations, and the reasons of refusals.

use std::time::Duration;

use prometheus_client::registry::{Registry, Unit};

use super::counter_series::CounterSeries;
use super::duration_series::DurationSeries;
use super::outcome::Outcome;
use crate::oauth::endpoint::Endpoint;
use crate::operations::explanation::Reason;

#[derive(Debug)]
pub(super) struct RequestMetrics {
    requests: CounterSeries<2>,
    durations: DurationSeries<1>,
    refusals: CounterSeries<1>,
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
            requests: CounterSeries::new(request_sets),
            durations: DurationSeries::new(duration_sets, &DURATION_BUCKETS),
            refusals: CounterSeries::new(Reason::ALL.iter().map(|reason| [("reason", reason.as_str())])),
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
        if let Some(index) = index {
            self.requests.increment(index);
        }
    }

    pub(super) fn refused(&self, reason: Reason) {
        self.refusals.increment(reason.index());
    }

    pub(super) fn observe_duration(&self, endpoint: Endpoint, duration: Duration) {
        if let Some(index) = self.duration_indexes[endpoint.index()] {
            self.durations.observe(index, duration);
        }
    }
}

const DURATION_BUCKETS: [Duration; 10] = [
    Duration::from_micros(100),
    Duration::from_micros(250),
    Duration::from_micros(500),
    Duration::from_millis(1),
    Duration::from_micros(2_500),
    Duration::from_millis(10),
    Duration::from_millis(50),
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(5),
];
