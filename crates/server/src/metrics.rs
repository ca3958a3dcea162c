//! The numbers this node counts (`OpenMetrics` text). No label's values come from a caller.

use std::fmt::Write as _;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use jeton_protocol::ErrorCode;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, LabelValueEncoder};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use crate::certificate_expiry::CertificateExpiry;

/// The node's metrics.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    issued: Counter,
    active: Counter,
    durations: Histogram,
    feed_intervals: Histogram,
    feed_silence: Gauge<f64, AtomicU64>,
    long_polls: Gauge,
    pub(crate) certificate_expiry: CertificateExpiry,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    endpoint: EndpointLabel,
    outcome: Outcome,
}

/// Which endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum EndpointLabel {
    Token,
    Introspection,
    Revocation,
    RevocationFeed,
    Jwks,
    Metadata,
    Authorize,
    Other,
}

impl EndpointLabel {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::RevocationFeed => "revocation_feed",
            Self::Jwks => "jwks",
            Self::Metadata => "metadata",
            Self::Authorize => "authorize",
            Self::Other => "other",
        }
    }
}

/// What came of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    Issued,
    Active,
    Inactive,
    Revoked,
    Answered,
    Unchanged,
    Refused(ErrorCode),
}

impl Outcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Revoked => "revoked",
            Self::Answered => "answered",
            Self::Unchanged => "unchanged",
            Self::Refused(code) => code.as_str(),
        }
    }
}

impl EncodeLabelValue for EndpointLabel {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        encoder.write_str(self.as_str())
    }
}

impl EncodeLabelValue for Outcome {
    fn encode(&self, encoder: &mut LabelValueEncoder<'_>) -> std::fmt::Result {
        encoder.write_str(self.as_str())
    }
}

impl Metrics {
    pub(crate) fn new(region: &str) -> Self {
        let requests = Family::<RequestLabels, Counter>::default();
        let count = |endpoint, outcome| requests.get_or_create_owned(&RequestLabels { endpoint, outcome });
        let issued = count(EndpointLabel::Token, Outcome::Issued);
        let active = count(EndpointLabel::Introspection, Outcome::Active);
        let durations = Histogram::new(DURATION_BUCKETS);
        let feed_intervals = Histogram::new(INTERVAL_BUCKETS);
        let feed_silence = Gauge::<f64, AtomicU64>::default();
        let long_polls = Gauge::default();
        let mut registry = Registry::with_prefix("jeton");
        let build =
            Info::new(vec![("version", env!("CARGO_PKG_VERSION").to_owned()), ("region", region.to_owned())]);
        registry.register("build", "The version, and the region it serves", build);
        registry.register("requests", "Requests by endpoint and outcome", requests.clone());
        registry.register_with_unit(
            "request_duration",
            "From the request's head to the answer, all OAuth endpoints",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register_with_unit(
            "change_feed_interval",
            "From the begin of one reading of the change feed to the end of the next: no change waits longer to be in force",
            Unit::Seconds,
            feed_intervals.clone(),
        );
        registry.register_with_unit(
            "change_feed_silence",
            "Since the change feed was last heard",
            Unit::Seconds,
            feed_silence.clone(),
        );
        registry.register(
            "revocation_feed_waiting",
            "Requests for the revocation feed that wait for a change",
            long_polls.clone(),
        );
        let certificate_expiry = CertificateExpiry::register(&mut registry);
        Self {
            registry,
            requests,
            issued,
            active,
            durations,
            feed_intervals,
            feed_silence,
            long_polls,
            certificate_expiry,
        }
    }

    /// Counts an answer. The two outcomes that make up the load are counted without looking for their labels.
    pub(crate) fn answered(&self, endpoint: EndpointLabel, outcome: Outcome) {
        match outcome {
            Outcome::Issued => self.issued.inc(),
            Outcome::Active => self.active.inc(),
            _ => self.requests.get_or_create(&RequestLabels { endpoint, outcome }).inc(),
        };
    }

    /// Counts a refusal.
    pub(crate) fn refused(&self, endpoint: EndpointLabel, code: ErrorCode) {
        self.answered(endpoint, Outcome::Refused(code));
    }

    pub(crate) fn took(&self, duration: Duration) {
        self.durations.observe(duration.as_secs_f64());
    }

    pub(crate) fn feed_was_read_after(&self, interval: Duration) {
        self.feed_intervals.observe(interval.as_secs_f64());
    }

    pub(crate) fn encode(&self, feed_silence: Duration, long_polls: usize) -> String {
        self.feed_silence.set(feed_silence.as_secs_f64());
        self.long_polls.set(i64::try_from(long_polls).unwrap_or(i64::MAX));
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}

const DURATION_BUCKETS: [f64; 10] = [0.0001, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.01, 0.05, 0.25, 1.0, 5.0];
const INTERVAL_BUCKETS: [f64; 6] = [0.3, 0.5, 1.0, 2.0, 10.0, 60.0];
