//! Why a request is rejected: the token is invalid, or it cannot be validated now.
//!
//! The texts are for operators. A caller sees only the challenge.

use jeton_fetch::Outage;
use thiserror::Error;

/// Why [`Validator::validate`](crate::Validator::validate) did not return a token.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Rejection {
    /// The token is invalid: 401 with `error="invalid_token"` (RFC 6750 §3.1).
    #[error("the token is invalid: {0}")]
    Invalid(#[from] TokenFault),
    /// The token cannot be validated now: 503. The request must not be accepted.
    #[error("the token cannot be validated: {0}")]
    Unavailable(#[from] Outage),
}

/// Why a token is invalid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TokenFault {
    /// Longer than the maximum length.
    #[error("it is longer than 16384 characters")]
    TooLong,
    /// Not a compact JWS with a valid header and valid claims, or not exactly one token.
    #[error("it is malformed")]
    Malformed,
    /// The `typ` of the header is not that of an access token (RFC 9068 §4).
    #[error("its type is not at+jwt")]
    WrongType,
    /// The header has `crit`, `jwk`, `jku`, `x5u` or `x5c`.
    #[error("its header has a forbidden member (crit, jwk, jku, x5u or x5c)")]
    HeaderMember,
    /// The issuer has no key with this id for this algorithm.
    #[error("the issuer has no key with its key id and algorithm")]
    UnknownKey,
    /// The signature does not match the key and the content.
    #[error("its signature is invalid")]
    BadSignature,
    /// The token was issued by another issuer.
    #[error("its issuer is not the configured one, or is spelled differently")]
    OtherIssuer,
    /// The token is for another audience, or has none.
    #[error("it is for another audience")]
    OtherAudience,
    /// The token has expired.
    #[error("it has expired")]
    Expired,
    /// `nbf` or `iat` is in the future.
    #[error("it is not valid yet")]
    NotYetValid,
    /// A claim that RFC 9068 §2.2 requires is missing.
    #[error("it is missing a required claim")]
    MissingClaim,
    /// The token is bound to a key (`cnf`, RFC 7800; `token_type` `DPoP`), which is not supported.
    #[error("it is bound to a key, which is not supported")]
    Bound,
    /// The introspection response says that the token is not active.
    #[error("the issuer reports that it is not active")]
    Inactive,
    /// The revocation feed lists the token.
    #[error("it was revoked")]
    Revoked,
}
