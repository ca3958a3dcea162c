//! Why a token is not active.
//!
//! Only the reasons. It must not know how a token is checked.

use serde::Serialize;
use thiserror::Error;

use crate::value::Timestamp;

/// Why a token is not active. For the operator, never for a caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Error)]
#[serde(rename_all = "snake_case")]
pub enum TokenFault {
    /// Neither a compact JWS with the expected header and claims nor an opaque token.
    #[error("it is not a token of this server")]
    Malformed,
    /// This region trusts no key with the token's key id.
    #[error("no key that this region trusts has its key id")]
    UnknownKey,
    /// The signature is wrong.
    #[error("its signature is wrong")]
    BadSignature,
    /// The key does not open the token for this issuer and region.
    #[error("its key does not open it: it was changed, or issued for another issuer or region")]
    BadSeal,
    /// Another issuer or region issued the token.
    #[error("another issuer or region issued it")]
    OtherIssuer,
    /// The token has expired.
    #[error("it expired at {0}")]
    Expired(Timestamp),
    /// The token was revoked individually.
    #[error("it was revoked")]
    Revoked,
    /// The account does not exist.
    #[error("its account does not exist")]
    UnknownAccount,
    /// The account is disabled or expired, or its tenant is disabled or may have no accounts.
    #[error("its account is disabled or expired, or its tenant is disabled or may have no accounts")]
    AccountNotAdmitted,
    /// The token was revoked together with all others of its account, tenant or region.
    #[error("the epoch of its region, tenant or account was raised after it was issued")]
    EpochRaised,
    /// The token is valid, but the caller may not introspect it.
    #[error("the caller may not introspect tokens of this audience")]
    NotForThisCaller,
}
