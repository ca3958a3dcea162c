//! The response to a refused request, before it has an error id. It must not know which refusals there are.

use std::borrow::Cow;
use std::time::Duration;

use axum::body::Body;
use http::header::{CONNECTION, RETRY_AFTER};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use jeton_protocol::{Description, ErrorBody, ErrorCode};

use super::body::uncached;

/// The response to a refused request: its status, its error code, and what the caller may know about the reason.
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: StatusCode,
    /// The OAuth error code.
    pub(crate) error: ErrorCode,
    /// The `error_description`.
    pub(crate) description: Description,
    header: Option<(HeaderName, HeaderValue)>,
    /// Whether to close the connection, because the rest of the body could be read as the next request.
    closes: bool,
}

impl Answer {
    /// The response, with the id that the operator needs to look up the reason.
    pub(crate) fn into_response(self, error_id: &str) -> Response<Body> {
        let body = ErrorBody { error: self.error, error_description: self.description, error_id };
        let mut response = uncached(self.status, &body);
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        if self.closes {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }

    pub(super) fn new(status: StatusCode, error: ErrorCode, text: impl Into<Cow<'static, str>>) -> Self {
        Self { status, error, description: Description::new(text), header: None, closes: false }
    }

    pub(super) fn unavailable(text: &'static str, wait: Duration) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::TemporarilyUnavailable, text).retry_after(wait)
    }

    pub(super) fn internal() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::ServerError,
            "Internal error. Report the error_id to the operator.",
        )
    }

    pub(super) fn closing(self) -> Self {
        Self { closes: true, ..self }
    }

    pub(super) fn with(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    /// Tells the caller how long to wait, in whole seconds.
    pub(super) fn retry_after(self, wait: Duration) -> Self {
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        self.with(RETRY_AFTER, HeaderValue::from(seconds))
    }
}
