//! Why a request gets no token or no answer, grouped by whose fault it is.
//!
//! Each reason has two texts: [`Display`](std::fmt::Display) is the operator's, the true one; what the caller may
//! learn is decided where the response is made. It carries what was known where it was found, for whoever explains it
//! to the operator. Of a text of the caller's, only what is known to be harmless is in it: the rest may be a secret in
//! the wrong place. No HTTP here.

use std::time::Duration;

use ipnet::IpNet;
use jeton_protocol::{
    BasicProblem, Malformed, RegionName, ResourceUri, ResourceUriError, ScopeError, ScopeName,
};
use thiserror::Error;

use crate::hash_pool::HashPoolFull;
use crate::keys::KeyPairError;
use crate::model::{CallerAddress, CredentialId, TenantName, Timestamp};
use crate::settings::ScopePolicy;
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
    /// Too many failures; the secret was not hashed.
    #[error("too many failed attempts for this client id from this network")]
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
    /// The caller takes back too many tokens at once; this one was not.
    #[error("the caller revokes too many tokens at once")]
    TooManyRevocations {
        /// Until when.
        retry_after: Duration,
    },
    /// The resource cannot be had (RFC 8707 §2).
    #[error("invalid target: {0}")]
    Target(#[from] TargetFault),
    /// The scope cannot be had (RFC 6749 §5.2).
    #[error("invalid scope: {0}")]
    Scope(#[from] ScopeFault),
    /// The token to be revoked is another account's, and alive (RFC 7009 §2.1).
    #[error("the token is another account's")]
    ForeignToken,
    /// The revocation feed is for those who may introspect tokens.
    #[error("the account may not introspect the tokens of any resource")]
    NoIntrospectionRight,
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
    ExpiredSecret(Box<EndedSecret>),
    /// The right secret, taken back.
    #[error("the secret {0} was revoked")]
    RevokedSecret(Box<EndedSecret>),
    /// The account was disabled.
    #[error("the account is disabled")]
    DisabledAccount,
    /// The account's time is over.
    #[error("the account has expired")]
    ExpiredAccount {
        /// From which second on.
        at: Timestamp,
    },
    /// The tenant was disabled.
    #[error("the tenant is disabled")]
    DisabledTenant(TenantName),
    /// The tenant may have no accounts.
    #[error("the tenant is barred from having service accounts")]
    BarredTenant(TenantName),
    /// A call from outside the account's networks.
    #[error("the address is outside the account's networks")]
    AddressNotAllowed {
        /// Where the call came from.
        address: CallerAddress,
        /// Where it may come from.
        allowed: Vec<IpNet>,
    },
    /// A call from outside the networks of the secret itself.
    #[error("the address is outside the networks of the secret {}", .0.id)]
    AddressNotAllowedForSecret(Box<NarrowSecret>),
}

/// A right secret that may not be used from where it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NarrowSecret {
    /// Its id.
    pub id: CredentialId,
    /// Where the call came from.
    pub address: CallerAddress,
    /// Where it may come from.
    pub allowed: Vec<IpNet>,
}

/// A right secret that is over.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{id}")]
pub struct EndedSecret {
    /// Its id.
    pub id: CredentialId,
    /// What people call it.
    pub label: Option<String>,
    /// From which second on.
    pub at: Timestamp,
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
    NotGranted(Box<UngrantedResource>),
    /// None was named and the account has several.
    #[error("none was named and the account has several")]
    Ambiguous {
        /// Those that could be meant.
        candidates: Vec<ResourceUri>,
    },
}

/// A resource that was asked for, and those there are for this account instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UngrantedResource {
    /// The one asked for, with only those parts that are known to be no secret; none where none was named.
    pub asked: Option<String>,
    /// How many characters it has.
    pub asked_length: usize,
    /// Whether it exists.
    pub exists: bool,
    /// Those that are granted.
    pub granted: Vec<ResourceUri>,
}

/// Why no scope could be granted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeFault {
    /// The parameter breaks RFC 6749 §3.3.
    #[error("{0}")]
    Malformed(#[from] ScopeError),
    /// Nothing of what was asked is granted, or under policy `exact` not all of it.
    #[error("not granted")]
    NotGranted(Box<UngrantedScope>),
}

/// Scopes that were asked for, and those there are for this account instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UngrantedScope {
    /// The resource they were asked of; nothing where any of the account's would have done.
    pub resource: Option<ResourceUri>,
    /// Those that a resource in question declares.
    pub asked: Vec<ScopeName>,
    /// How many more were asked for: a name that no resource declares may be a secret in the wrong place.
    pub undeclared: usize,
    /// Those that are granted, with what they imply.
    pub granted: Vec<ScopeName>,
    /// By which policy it was judged.
    pub policy: ScopePolicy,
}

/// What is missing around us.
#[derive(Debug, Error)]
pub enum Unavailable {
    /// The store did not answer, and memory does not know.
    #[error(transparent)]
    Store(StoreError),
    /// The database's file is no longer the one that was opened; the text says which and what to do.
    #[error("{0}")]
    Replaced(String),
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

impl From<StoreError> for Unavailable {
    fn from(error: StoreError) -> Self {
        if matches!(error, StoreError::Replaced { .. }) {
            Self::Replaced(error.to_string())
        } else {
            Self::Store(error)
        }
    }
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
