//! Why a request gets no token or no answer, grouped by whose fault it is.
//!
//! Each reason has two texts: [`Display`](std::fmt::Display) is the operator's, the true one; what the caller may
//! learn is decided where the response is made. No HTTP here.

use std::time::Duration;

use jeton_protocol::{BasicProblem, Malformed, RegionName, ResourceUriError, ScopeError};
use thiserror::Error;

use crate::hash_pool::HashPoolFull;
use crate::keys::KeyPairError;
use crate::store::StoreError;

/// Why a request was refused.
#[derive(Debug, Error)]
pub enum Refusal {
    /// The request itself is wrong.
    #[error("malformed request: {0}")]
    Malformed(#[from] Malformed),
    /// The grant type is another one (RFC 6749 §5.2).
    #[error("unsupported grant type")]
    UnsupportedGrantType,
    /// The account lives in another region.
    #[error("the client id belongs to region {region}")]
    WrongRegion {
        /// The region its id names.
        region: RegionName,
        /// Where that region issues tokens.
        token_endpoint: String,
    },
    /// The caller did not prove who it is.
    #[error("client authentication failed: {0}")]
    Client(#[from] ClientFault),
    /// Too many failures; nothing was checked.
    #[error("too many failed attempts for this client id from this address")]
    Limited {
        /// Until when.
        retry_after: Duration,
    },
    /// Too many tokens that are worth nothing; this one was not looked at (decision 0010).
    #[error("the caller introspects too many tokens that are not of this region")]
    TooMuchGarbage {
        /// Until when.
        retry_after: Duration,
    },
    /// The resource cannot be had (RFC 8707 §2).
    #[error("invalid target: {0}")]
    Target(#[from] TargetFault),
    /// The scope cannot be had (RFC 6749 §5.2).
    #[error("invalid scope: {0}")]
    Scope(#[from] ScopeFault),
    /// Our surroundings fail us: it may work in a moment.
    #[error("unavailable: {0}")]
    Unavailable(#[from] Unavailable),
    /// It should not happen.
    #[error("internal error: {0}")]
    Internal(#[from] Internal),
}

/// Why the caller is not who it claims to be. To the caller all of these look the same.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClientFault {
    /// No credentials at all.
    #[error("no credentials were presented")]
    NothingPresented,
    /// Half of them.
    #[error("{0} is missing")]
    Incomplete(&'static str),
    /// An Authorization header that cannot be used.
    #[error("unusable Authorization header: {0}")]
    Unusable(BasicProblem),
    /// A method that no account here is registered for.
    #[error("the authentication method is not supported")]
    UnsupportedMethod,
    /// The id cannot be anyone's.
    #[error("the client id is malformed")]
    MalformedId,
    /// Nobody has this id.
    #[error("unknown client id")]
    UnknownClient,
    /// A mistyped secret: prefix right, checksum wrong.
    #[error("the secret is mistyped or cut: its checksum is wrong")]
    BrokenSecret,
    /// Not this account's secret.
    #[error("wrong secret")]
    WrongSecret,
    /// The right secret, after its time.
    #[error("the secret {0} has expired")]
    ExpiredSecret(String),
    /// The right secret, taken back.
    #[error("the secret {0} was revoked")]
    RevokedSecret(String),
    /// The account was disabled.
    #[error("the account is disabled")]
    DisabledAccount,
    /// The account's time is over.
    #[error("the account has expired")]
    ExpiredAccount,
    /// The tenant was disabled.
    #[error("the tenant is disabled")]
    DisabledTenant,
    /// The tenant may have no accounts.
    #[error("the tenant is barred from having service accounts")]
    BarredTenant,
    /// A call from outside the account's networks.
    #[error("the address is outside the account's networks")]
    AddressNotAllowed,
}

/// Why no resource could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TargetFault {
    /// Not a resource's URI.
    #[error("{0}")]
    Malformed(#[from] ResourceUriError),
    /// More than one was named.
    #[error("several resources were named")]
    Several,
    /// `resource` and `audience` differ.
    #[error("resource and audience differ")]
    ResourceAndAudienceDiffer,
    /// Unknown, or nothing of it is granted to this account.
    #[error("the resource is unknown or not granted")]
    NotGranted,
    /// None was named and the account has several.
    #[error("none was named and the account has several")]
    Ambiguous,
}

/// Why no scope could be granted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeFault {
    /// The parameter breaks RFC 6749 §3.3.
    #[error("{0}")]
    Malformed(#[from] ScopeError),
    /// Nothing of what was asked is granted, or under policy `exact` not all of it.
    #[error("not granted")]
    NotGranted,
}

/// What is missing around us.
#[derive(Debug, Error)]
pub enum Unavailable {
    /// The store did not answer, and memory does not know.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The store has been away for longer than memory may be trusted (`[outage] serve_stale_for`).
    #[error("the store has been away for longer than serve_stale_for")]
    Stale,
    /// Too many secrets wait to be checked.
    #[error(transparent)]
    Hashing(#[from] HashPoolFull),
    /// No key signs.
    #[error("there is no active signing key")]
    NoSigningKey,
    /// No key seals.
    #[error("there is no active sealing key")]
    NoSealingKey,
}

/// A defect.
#[derive(Debug, Error)]
pub enum Internal {
    /// The key does not sign.
    #[error(transparent)]
    Signing(#[from] KeyPairError),
    /// The claims do not serialise.
    #[error("the claims could not be written: {0}")]
    Claims(#[from] serde_json::Error),
    /// The claims do not seal.
    #[error("the claims could not be sealed")]
    Sealing,
    /// The flow's state machine asked for something out of order.
    #[error("the client credentials flow went out of order")]
    Flow,
    /// The token would be over its permitted size.
    #[error("the token would be longer than 4,096 characters")]
    TokenTooLong,
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<HashPoolFull> for Refusal {
    fn from(full: HashPoolFull) -> Self {
        Self::Unavailable(full.into())
    }
}
