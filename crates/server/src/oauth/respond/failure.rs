//! The status and the text of every failure.

use std::time::Duration;

use http::header::{ACCEPT_ENCODING, ALLOW};
use http::{HeaderValue, StatusCode};
use jeton_protocol::ErrorCode;

use super::answer::Answer;
use super::refusal::answer_to_refusal;
use crate::oauth::failure::Failure;
use crate::oauth::message::host::HostFault;

/// The answer to `failure`. Exhaustive on purpose: a new failure does not compile until its status is chosen.
pub(crate) fn answer_to(failure: &Failure) -> Answer {
    use ErrorCode as Code;
    match failure {
        Failure::Refused(refusal) => answer_to_refusal(refusal),
        Failure::Method { allow } => {
            let description = format!("This endpoint does not support this method. Use {allow}.");
            Answer::new(StatusCode::METHOD_NOT_ALLOWED, Code::InvalidRequest, description)
                .with(ALLOW, HeaderValue::from_static(allow))
        }
        Failure::Host(fault) => {
            Answer::new(StatusCode::BAD_REQUEST, Code::InvalidRequest, host_description(*fault))
        }
        Failure::ContentCoding(name) => {
            let description = format!(
                "The content coding {name} is not supported. Send the body without Content-Encoding."
            );
            // RFC 9110 §15.5.16: distinguishes this refusal from an unsupported media type.
            Answer::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::InvalidRequest, description)
                .with(ACCEPT_ENCODING, HeaderValue::from_static("identity"))
        }
        Failure::TransferCoding(name) => {
            let description = format!(
                "The transfer coding {name} is not supported. Send the body without a transfer coding, or chunked."
            );
            Answer::new(StatusCode::NOT_IMPLEMENTED, Code::InvalidRequest, description).closing()
        }
        Failure::ChunkedTwice => Answer::new(
            StatusCode::BAD_REQUEST,
            Code::InvalidRequest,
            "The transfer coding chunked is not the last one. Apply it once, after all others.",
        )
        .closing(),
        Failure::BodyTooSlow => Answer::new(
            StatusCode::REQUEST_TIMEOUT,
            Code::InvalidRequest,
            "The body did not arrive in time. Send it without delay and with the correct Content-Length.",
        )
        .closing(),
        Failure::BodyTooLarge => Answer::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            Code::InvalidRequest,
            jeton_protocol::Malformed::BodyTooLarge.to_string(),
        )
        .closing(),
        Failure::TooManyBodies => {
            Answer::unavailable("The server is busy. Try again in a moment.", SHORT_WAIT).closing()
        }
        Failure::BodyBroken => Answer::new(
            StatusCode::BAD_REQUEST,
            Code::InvalidRequest,
            "The body could not be read completely. Send it again.",
        ),
        Failure::NoAuthorization => Answer::new(
            StatusCode::BAD_REQUEST,
            Code::UnsupportedResponseType,
            "This server does not issue authorization codes. Send a POST request with grant_type client_credentials to the token endpoint.",
        ),
        Failure::NoSuchPath => Answer::new(
            StatusCode::NOT_FOUND,
            Code::InvalidRequest,
            "This path does not exist. The document at /.well-known/oauth-authorization-server lists the endpoints.",
        ),
        Failure::Overloaded => Answer::unavailable("The server is busy. Try again in a moment.", SHORT_WAIT),
        Failure::TooSlow => {
            Answer::unavailable("The request took too long. Try again in a moment.", SHORT_WAIT)
        }
        Failure::Panicked => Answer::internal(),
    }
}

fn host_description(fault: HostFault) -> &'static str {
    match fault {
        HostFault::Missing => "The Host header is missing. Send the host and port of this server's URL.",
        HostFault::Several => "The Host header was sent more than once. Send it once.",
        HostFault::Invalid => {
            "The Host header is not a host with an optional port. Send the host and port of this server's URL."
        }
    }
}

const SHORT_WAIT: Duration = Duration::from_secs(1);
