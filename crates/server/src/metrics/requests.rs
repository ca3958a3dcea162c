//! Requests by endpoint and outcome, their times, and the reasons of refusals.

use std::time::Duration;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::endpoint::{EndpointLabel, Outcome};
use super::series::Series;
use crate::explanation::Reason;

#[derive(Debug)]
pub(super) struct RequestMetrics {
    requests: Series<2, Counter>,
    durations: Series<1, Histogram>,
    refusals: Series<1, Counter>,
    /// Where the series of an endpoint and an outcome are.
    request_places: [[Option<usize>; Outcome::ALL.len()]; EndpointLabel::ALL.len()],
    duration_places: [Option<usize>; EndpointLabel::ALL.len()],
}

impl RequestMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let mut request_places = [[None; Outcome::ALL.len()]; EndpointLabel::ALL.len()];
        let mut duration_places = [None; EndpointLabel::ALL.len()];
        let (mut request_sets, mut duration_sets) = (Vec::new(), Vec::new());
        for endpoint in EndpointLabel::ALL {
            for outcome in endpoint.outcomes() {
                request_places[endpoint.index()][outcome.index()] = Some(request_sets.len());
                request_sets.push([("endpoint", endpoint.as_str()), ("outcome", outcome.as_str())]);
            }
            if endpoint.is_timed() {
                duration_places[endpoint.index()] = Some(duration_sets.len());
                duration_sets.push([("endpoint", endpoint.as_str())]);
            }
        }
        let metrics = Self {
            requests: Series::new(request_sets, Counter::default),
            durations: Series::new(duration_sets, || Histogram::new(DURATION_BUCKETS)),
            refusals: Series::new(Reason::ALL.iter().map(|reason| [("reason", reason.as_str())]), || {
                Counter::default()
            }),
            request_places,
            duration_places,
        };
        registry.register("requests", "Requests by endpoint and outcome", metrics.requests.clone());
        registry.register_with_unit(
            "request_duration",
            "From the request's head to the answer, by endpoint",
            Unit::Seconds,
            metrics.durations.clone(),
        );
        registry.register("refusals", "Refusals by their true reason", metrics.refusals.clone());
        metrics
    }

    pub(super) fn answered(&self, endpoint: EndpointLabel, outcome: Outcome) {
        let place = self.request_places[endpoint.index()][outcome.index()];
        debug_assert!(place.is_some(), "{endpoint:?} lists no outcome {outcome:?}");
        if let Some(counter) = place.and_then(|place| self.requests.at(place)) {
            counter.inc();
        }
    }

    pub(super) fn refused(&self, reason: Reason) {
        if let Some(counter) = self.refusals.at(reason.index()) {
            counter.inc();
        }
    }

    pub(super) fn took(&self, endpoint: EndpointLabel, duration: Duration) {
        let histogram = self.duration_places[endpoint.index()].and_then(|place| self.durations.at(place));
        if let Some(histogram) = histogram {
            histogram.observe(duration.as_secs_f64());
        }
    }
}

const DURATION_BUCKETS: [f64; 10] = [0.0001, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.01, 0.05, 0.25, 1.0, 5.0];
