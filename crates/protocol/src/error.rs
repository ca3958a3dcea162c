//! The error codes of the OAuth documents and the body that carries one.
//!
//! Which status goes with a code is decided by the server, not here.

use std::fmt;

use serde::Serialize;

use crate::Description;

/// An `error` code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The shape of the request is wrong (RFC 6749 §5.2).
    InvalidRequest,
    /// The caller did not prove who it is (RFC 6749 §5.2).
    InvalidClient,
    /// The scope is malformed or not granted (RFC 6749 §5.2).
    InvalidScope,
    /// The resource is malformed, unknown or not granted (RFC 8707 §2).
    InvalidTarget,
    /// The caller may not do this (RFC 6749 §5.2, RFC 7009 §2.1).
    UnauthorizedClient,
    /// The grant type is none of ours (RFC 6749 §5.2).
    UnsupportedGrantType,
    /// The authorization endpoint answers no response type (RFC 6749 §4.1.2.1).
    UnsupportedResponseType,
    /// Try again later (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable,
    /// A fault of the server itself (RFC 6749 §4.1.2.1).
    ServerError,
}

impl ErrorCode {
    /// The code as it stands on the wire.
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

/// The JSON body of a refusal (RFC 6749 §5.2); `error_id` is ours, so that an operator finds the true reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErrorBody<'a> {
    /// The code.
    pub error: ErrorCode,
    /// What to do about it.
    pub error_description: Description,
    /// What an operator searches the log for.
    pub error_id: &'a str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_serialises_as_it_reads() {
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
