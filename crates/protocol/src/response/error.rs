//! The OAuth error codes and the error response body.
//!
//! The server decides which HTTP status belongs to a code, not this crate.

use std::fmt;

use serde::Serialize;

use crate::Description;

/// An `error` code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The request is malformed (RFC 6749 §5.2).
    InvalidRequest,
    /// Client authentication failed (RFC 6749 §5.2).
    InvalidClient,
    /// The scope is malformed or not granted (RFC 6749 §5.2).
    InvalidScope,
    /// The resource is malformed, unknown or not granted (RFC 8707 §2).
    InvalidTarget,
    /// The client is not allowed to make this request (RFC 6749 §5.2, RFC 7009 §2.1).
    UnauthorizedClient,
    /// The grant type is not supported (RFC 6749 §5.2).
    UnsupportedGrantType,
    /// The authorization endpoint supports no response type (RFC 6749 §4.1.2.1).
    UnsupportedResponseType,
    /// Try again later (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable,
    /// Internal server error (RFC 6749 §4.1.2.1).
    ServerError,
}

impl ErrorCode {
    /// The wire form of the code.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::ServerError => "server_error",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The JSON body of an error response (RFC 6749 §5.2). `error_id` is a Jeton extension: it leads an operator to the
/// actual reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorBody<'a> {
    /// The error code.
    pub error: ErrorCode,
    /// How the caller can fix the request.
    pub error_description: Description,
    /// The id under which the error is in the log.
    pub error_id: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_serialises_to_its_wire_form() {
        for code in [
            ErrorCode::InvalidRequest,
            ErrorCode::InvalidClient,
            ErrorCode::InvalidScope,
            ErrorCode::InvalidTarget,
            ErrorCode::UnauthorizedClient,
            ErrorCode::UnsupportedGrantType,
            ErrorCode::UnsupportedResponseType,
            ErrorCode::TemporarilyUnavailable,
            ErrorCode::ServerError,
        ] {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }

    #[test]
    fn the_body_has_exactly_three_members() {
        let body = ErrorBody {
            error: ErrorCode::InvalidScope,
            error_description: Description::new("Ask for less."),
            error_id: "e1",
        };
        assert_eq!(
            serde_json::to_string(&body).unwrap(),
            r#"{"error":"invalid_scope","error_description":"Ask for less.","error_id":"e1"}"#
        );
    }
}
