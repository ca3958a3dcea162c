//! Why a document could not be fetched. The texts are for operators.

use thiserror::Error;

/// Why an issuer could not provide what is needed now.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Outage {
    /// No connection, or no response in time.
    #[error("no response from {url}: {reason}")]
    NoAnswer {
        /// The requested URL.
        url: String,
        /// The connection error.
        reason: String,
    },
    /// A response with a status other than 200.
    #[error("{url} responded with status {status}")]
    Status {
        /// The requested URL.
        url: String,
        /// The response status.
        status: u16,
    },
    /// A response that cannot be parsed.
    #[error("the response from {url} is not {expected}")]
    Unreadable {
        /// The requested URL.
        url: String,
        /// The expected document.
        expected: &'static str,
    },
    /// A response larger than the limit (1 MiB; 1.5 MiB for the revocation feed).
    #[error("the response from {url} is too large")]
    TooLarge {
        /// The requested URL.
        url: String,
    },
    /// A document of another issuer (RFC 8414 §3.3).
    #[error(
        "{url} is the document of another issuer; configure the issuer exactly as spelled in its own document"
    )]
    OtherIssuer {
        /// The requested URL.
        url: String,
    },
    /// The issuer's metadata lacks an endpoint.
    #[error("the metadata of {issuer} has no {member}")]
    NoEndpoint {
        /// The issuer.
        issuer: String,
        /// The missing member.
        member: &'static str,
    },
    /// The issuer's metadata names an endpoint that is not `https` (`http` is allowed only on loopback).
    #[error("{url} is neither https nor, for an issuer on loopback, on loopback")]
    Insecure {
        /// The endpoint.
        url: String,
    },
    /// The maximum number of concurrent requests to the issuer is reached, or they take too long.
    #[error("too many concurrent requests to the issuer")]
    Busy,
    /// The request to the issuer did not end: it took too long, or its runtime shut down.
    #[error("the request to the issuer was interrupted")]
    Interrupted,
    /// The last update of the revocation feed is too old.
    #[error("the revocation feed is stale")]
    FeedStale,
}
