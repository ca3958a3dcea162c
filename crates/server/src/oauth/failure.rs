//! Every reason why a request fails, in HTTP or in [`jeton_core`].

use jeton_core::Refusal;
use jeton_protocol::Malformed;
use thiserror::Error;

use crate::oauth::message::coding_name::CodingName;
use crate::oauth::message::host::HostFault;

/// Why a request is refused. [`crate::oauth::respond`] chooses the status of each.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// The authorization server refused it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The endpoint does not support the method; `allow` lists the supported ones (RFC 9110 §15.5.6).
    #[error("the method is not allowed here")]
    Method {
        /// The `Allow` header.
        allow: &'static str,
    },
    /// A Host header that HTTP forbids (RFC 9112 §3.2).
    #[error(transparent)]
    Host(#[from] HostFault),
    /// A body that is compressed or otherwise coded (RFC 9110 §15.5.16).
    #[error("the content coding {0} is not supported")]
    ContentCoding(CodingName),
    /// A transfer coding that is not supported (RFC 9112 §6.1).
    #[error("the transfer coding {0} is not supported")]
    TransferCoding(CodingName),
    /// The transfer coding `chunked` more than once (RFC 9112 §6.1).
    #[error("the transfer coding chunked is not the last")]
    ChunkedTwice,
    /// The body did not arrive before the deadline.
    #[error("the body did not arrive in time")]
    BodyTooSlow,
    /// The body is larger than the limit.
    #[error("the body is too large")]
    BodyTooLarge,
    /// The bodies of unfinished requests take all memory that is reserved for them.
    #[error("the bodies of unfinished requests take too much memory")]
    TooManyBodies,
    /// The connection was lost before the whole body arrived.
    #[error("the body could not be read")]
    BodyBroken,
    /// An authorization request, which this server never grants (RFC 6749 §4.1.2.1).
    #[error("authorization requests are not supported")]
    NoAuthorization,
    /// No such path.
    #[error("the path does not exist")]
    NoSuchPath,
    /// More requests in flight than `[limits] in_flight`.
    #[error("too many requests are in flight")]
    Overloaded,
    /// The work took longer than `[server] request_timeout`.
    #[error("the request took too long")]
    TooSlow,
    /// A handler panicked.
    #[error("a handler panicked")]
    Panicked,
}

impl From<Malformed> for Failure {
    fn from(malformed: Malformed) -> Self {
        match malformed {
            Malformed::BodyTooLarge => Self::BodyTooLarge,
            other => Self::Refused(other.into()),
        }
    }
}
