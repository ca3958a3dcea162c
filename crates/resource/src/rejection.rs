//! Why a request is not let in: the token is worth nothing, or nobody can tell now.
//!
//! The texts are the operator's. A caller sees only the challenge.

use thiserror::Error;

/// Why [`Validator::validate`](crate::Validator::validate) did not return a token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Rejection {
    /// The token is not to be accepted: 401 with `error="invalid_token"` (RFC 6750 §3.1).
    #[error("the token is refused: {0}")]
    Invalid(#[from] TokenFault),
    /// Whether it is good cannot be told now: 503. Never a reason to let it pass.
    #[error("the token cannot be judged: {0}")]
    CannotTell(#[from] Outage),
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Longer than any token that is looked at.
    #[error("it is longer than 16384 characters")]
    TooLong,
    /// Not a compact JWS with a readable header and readable claims, or not one token at all.
    #[error("it is malformed")]
    Malformed,
    /// The header does not say that it is an access token (RFC 9068 §4).
    #[error("its type is not at+jwt")]
    WrongType,
    /// The header has `crit`, `jwk`, `jku`, `x5u` or `x5c`.
    #[error("its header has a member that is not accepted")]
    HeaderMember,
    /// The issuer has no key of that id for that algorithm.
    #[error("the issuer has no key of its key id and algorithm")]
    UnknownKey,
    /// The signature is not that key's over this content.
    #[error("its signature is wrong")]
    BadSignature,
    /// Another issuer made it.
    #[error("another issuer made it, or spells itself otherwise than it is configured here")]
    OtherIssuer,
    /// It is for another resource, or does not say for which.
    #[error("it is for another audience")]
    OtherAudience,
    /// Its time is over.
    #[error("it has expired")]
    Expired,
    /// Its time has not come, or it was made in the future.
    #[error("it is not valid yet")]
    NotYetValid,
    /// A claim that RFC 9068 §2.2 requires is missing.
    #[error("it lacks a required claim")]
    MissingClaim,
    /// It is bound to a key (`cnf`, RFC 7800; `token_type` `DPoP`), and a proof of that key is not checked here.
    #[error("it is bound to a key whose proof cannot be checked")]
    Bound,
    /// The issuer's answer to introspection.
    #[error("the issuer says it is not active")]
    Inactive,
    /// The revocation feed names it.
    #[error("it was revoked")]
    Revoked,
}

/// Why something that was asked of the issuer is not known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Outage {
    /// No connection, or no answer in time.
    #[error("{url} does not answer: {reason}")]
    NoAnswer {
        /// What was asked.
        url: String,
        /// What the connection said.
        reason: String,
    },
    /// An answer other than 200.
    #[error("{url} answered {status}")]
    Status {
        /// What was asked.
        url: String,
        /// The answer.
        status: u16,
    },
    /// An answer that cannot be used.
    #[error("{url} answered something else than {wanted}")]
    Unreadable {
        /// What was asked.
        url: String,
        /// What should have been there.
        wanted: &'static str,
    },
    /// An answer that is longer than any that is read (1 MiB; 1.5 MiB for the revocation feed).
    #[error("{url} answered more than is read")]
    TooLarge {
        /// What was asked.
        url: String,
    },
    /// A metadata document of another issuer (RFC 8414 §3.3).
    #[error(
        "{url} is the metadata of another issuer; configure the issuer exactly as its own document has it"
    )]
    OtherIssuer {
        /// What was asked.
        url: String,
    },
    /// The issuer's metadata lacks an endpoint.
    #[error("the metadata of {issuer} has no {member}")]
    NoEndpoint {
        /// Whose metadata.
        issuer: String,
        /// The member.
        member: &'static str,
    },
    /// The issuer's metadata names an endpoint that is not `https`.
    #[error("{url} is neither https nor, for an issuer on loopback, on loopback")]
    Insecure {
        /// The endpoint.
        url: String,
    },
    /// As many questions are under way as are allowed.
    #[error("too many questions to the issuer are under way")]
    Busy,
    /// The revocation feed has not been heard for longer than is allowed.
    #[error("the revocation feed was not heard for too long")]
    FeedSilent,
}
