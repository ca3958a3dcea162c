//! The text format of the metrics: the classic one, or `OpenMetrics` if the client prefers it.

use jeton_protocol::MediaRange;
use prometheus_client::encoding::{prometheus_text, text};
use prometheus_client::registry::Registry;

/// A text format of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetricsFormat {
    /// The Prometheus text format, version 0.0.4, which every tool supports.
    Classic,
    /// `OpenMetrics` 1.0.
    OpenMetrics,
}

impl MetricsFormat {
    /// The format that all `Accept` headers together ask for: `OpenMetrics` only if it is named and the classic format
    /// is not preferred (RFC 9110 §12.5.1). A wildcard alone, or no header, means the classic format.
    pub(crate) fn from_accept<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let (mut open, mut exact, mut text, mut any) = (None, None, None, None);
        for range in MediaRange::list(values) {
            let best = match range {
                range if range.is("application/openmetrics-text") => &mut open,
                range if range.is("text/plain") => &mut exact,
                range if range.is("text/*") => &mut text,
                range if range.is("*/*") => &mut any,
                _ => continue,
            };
            *best = (*best).max(Some(range.weight()));
        }
        let classic = exact.or(text).or(any).unwrap_or(0);
        match open {
            Some(weight) if weight > 0 && weight >= classic => Self::OpenMetrics,
            Some(_) | None => Self::Classic,
        }
    }

    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Classic => prometheus_text::CONTENT_TYPE,
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    pub(super) fn encode(self, registry: &Registry) -> String {
        let mut written = String::new();
        // Writing into a String cannot fail.
        let _ = match self {
            Self::Classic => prometheus_text::encode(&mut written, registry),
            Self::OpenMetrics => text::encode(&mut written, registry),
        };
        written
    }
}
