//! Why a request is refused, grouped by who is at fault.
//!
//! Each reason has two texts. [`Display`](std::fmt::Display) is the exact reason, for the operator. The code that
//! creates the response decides what the caller may learn. A refusal carries the details that were known when it was
//! found, for the explanation to the operator. Of a caller's input it contains only parts that are known to be
//! harmless: the rest may be a secret in the wrong place. This module does not know HTTP.

use std::time::Duration;

use ipnet::IpNet;
use jeton_protocol::{
    BasicProblem, Malformed, RegionName, ResourceUri, ResourceUriError, ScopeError, ScopeName,
};
use thiserror::Error;

use crate::keys::KeyPairError;
use crate::model::{CallerAddress, CredentialId, TenantName, Timestamp};
use crate::secrets::hash_pool::HashPoolFull;
use crate::settings::ScopePolicy;
use crate::store::StoreError;

/// Why a request was refused.
#[derive(Debug, Error)]
pub enum Refusal {
    /// The request is malformed.
    #[error("malformed request: {0}")]
    Malformed(#[from] Malformed),
    /// The grant type is not supported (RFC 6749 §5.2).
    #[error("unsupported grant type")]
    UnsupportedGrantType,
    /// The account belongs to another region.
    #[error("the client id belongs to region {region}")]
    WrongRegion {
        /// The region that the client id names.
        region: RegionName,
        /// The token endpoint of that region.
        token_endpoint: String,
    },
    /// The caller is not authenticated.
    #[error("client authentication failed: {0}")]
    Client(#[from] ClientFault),
    /// Too many failed authentications. The secret was not hashed.
    #[error("too many failed attempts for this client id from this network")]
    Limited {
        /// How long the caller has to wait.
        retry_after: Duration,
    },
    /// Too many invalid tokens. This one was not verified (decision 0010).
    #[error("the caller introspects or revokes too many invalid tokens")]
    TooManyInvalidTokens {
        /// How long the caller has to wait.
        retry_after: Duration,
    },
    /// The caller revokes too many tokens at once. This one was not revoked.
    #[error("the caller revokes too many tokens at once")]
    TooManyRevocations {
        /// How long the caller has to wait.
        retry_after: Duration,
    },
    /// The resource is not granted (RFC 8707 §2).
    #[error("invalid target: {0}")]
    Target(#[from] TargetFault),
    /// The scope is not granted (RFC 6749 §5.2).
    #[error("invalid scope: {0}")]
    Scope(#[from] ScopeFault),
    /// The token to revoke belongs to another account and is active (RFC 7009 §2.1).
    #[error("the token belongs to another account")]
    ForeignToken,
    /// Only accounts that may introspect tokens may read the revocation feed.
    #[error("the account may not introspect the tokens of any resource")]
    NoIntrospectionRight,
    /// Something that the server depends on fails. A retry may succeed.
    #[error("unavailable: {0}")]
    Unavailable(#[from] Unavailable),
    /// A defect of the server.
    #[error("internal error: {0}")]
    Internal(#[from] Internal),
}

/// Why client authentication failed. The caller gets the same response for all of these.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClientFault {
    /// The request has no credentials.
    #[error("no credentials were presented")]
    NoCredentials,
    /// The request has only the client id or only the secret.
    #[error("{0} is missing")]
    Incomplete(&'static str),
    /// The Authorization header is unusable.
    #[error("unusable Authorization header: {0}")]
    Unusable(BasicProblem),
    /// The authentication method is not supported.
    #[error("the authentication method is not supported")]
    UnsupportedMethod,
    /// The client id is malformed.
    #[error("the client id is malformed")]
    MalformedId,
    /// No account has this client id.
    #[error("unknown client id")]
    UnknownClient,
    /// The secret is mistyped: its prefix is correct, its checksum is not.
    #[error("the secret is mistyped or truncated: its checksum is wrong")]
    BrokenSecret,
    /// The secret does not belong to this account.
    #[error("wrong secret")]
    WrongSecret,
    /// The secret is correct but has expired.
    #[error("the secret {0} has expired")]
    ExpiredSecret(Box<EndedSecret>),
    /// The secret is correct but was revoked.
    #[error("the secret {0} was revoked")]
    RevokedSecret(Box<EndedSecret>),
    /// The account is disabled.
    #[error("the account is disabled")]
    DisabledAccount,
    /// The account has expired.
    #[error("the account has expired")]
    ExpiredAccount {
        /// Since when.
        at: Timestamp,
    },
    /// The tenant is disabled.
    #[error("the tenant is disabled")]
    DisabledTenant(TenantName),
    /// The tenant may not have service accounts.
    #[error("the tenant is barred from having service accounts")]
    BarredTenant(TenantName),
    /// The call came from outside the account's networks.
    #[error("the address is outside the account's networks")]
    AddressNotAllowed {
        /// The address of the call.
        address: CallerAddress,
        /// The networks that are allowed.
        allowed: Vec<IpNet>,
    },
    /// The call came from outside the secret's own networks.
    #[error("the address is outside the networks of the secret {}", .0.id)]
    AddressNotAllowedForSecret(Box<NetworkRestrictedSecret>),
}

/// A correct secret that was used from outside its networks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkRestrictedSecret {
    /// The id of the secret.
    pub id: CredentialId,
    /// The address of the call.
    pub address: CallerAddress,
    /// The networks that are allowed.
    pub allowed: Vec<IpNet>,
}

/// A correct secret that has expired or was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{id}")]
pub struct EndedSecret {
    /// The id of the secret.
    pub id: CredentialId,
    /// The label of the secret.
    pub label: Option<String>,
    /// Since when.
    pub at: Timestamp,
}

/// Why no resource could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TargetFault {
    /// The value is not the URI of a resource.
    #[error("{0}")]
    Malformed(#[from] ResourceUriError),
    /// The request names more than one resource.
    #[error("several resources were named")]
    Several,
    /// `resource` and `audience` differ.
    #[error("resource and audience differ")]
    ResourceAndAudienceDiffer,
    /// The resource is unknown, or the account has no scope on it.
    #[error("the resource is unknown or not granted")]
    NotGranted(Box<UngrantedResource>),
    /// The request names no resource and the account has several.
    #[error("the request names no resource and the account has several")]
    Ambiguous {
        /// The possible resources.
        candidates: Vec<ResourceUri>,
    },
}

/// A requested resource that is not granted, and the resources that are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UngrantedResource {
    /// The requested resource, with only those parts that are known to be harmless. `None` if the request named none.
    pub asked: Option<String>,
    /// The length of the requested resource in characters.
    pub asked_length: usize,
    /// Whether the requested resource exists.
    pub exists: bool,
    /// The granted resources.
    pub granted: Vec<ResourceUri>,
}

/// Why no scope could be granted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScopeFault {
    /// The parameter breaks RFC 6749 §3.3.
    #[error("{0}")]
    Malformed(#[from] ScopeError),
    /// No requested scope is granted, or under policy `exact` not all of them.
    #[error("not granted")]
    NotGranted(Box<UngrantedScope>),
}

/// Requested scopes that are not granted, and the scopes that are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UngrantedScope {
    /// The resource that they were requested for. `None` if any of the account's resources was possible.
    pub resource: Option<ResourceUri>,
    /// The requested scopes that one of the possible resources declares.
    pub asked: Vec<ScopeName>,
    /// How many other scopes were requested. They are not shown: a name that no resource declares may be a secret in
    /// the wrong place.
    pub undeclared: usize,
    /// The granted scopes, including implied ones.
    pub granted: Vec<ScopeName>,
    /// The scope policy that was applied.
    pub policy: ScopePolicy,
}

/// Why the server cannot answer now.
#[derive(Debug, Error)]
pub enum Unavailable {
    /// The store did not answer, and the cache does not have the data.
    #[error(transparent)]
    Store(StoreError),
    /// The database's file is no longer the one that was opened. The text names the file and says what to do.
    #[error("{0}")]
    Replaced(String),
    /// The store has been unavailable for longer than the cache may be used (`[outage] serve_stale_for`).
    #[error("the store has been unavailable for longer than serve_stale_for")]
    Stale,
    /// Too many secrets are waiting to be hashed.
    #[error(transparent)]
    Hashing(#[from] HashPoolFull),
    /// There is no active signing key.
    #[error("there is no active signing key")]
    NoSigningKey,
    /// There is no active sealing key.
    #[error("there is no active sealing key")]
    NoSealingKey,
}

/// A defect of the server.
#[derive(Debug, Error)]
pub enum Internal {
    /// Signing failed.
    #[error(transparent)]
    Signing(#[from] KeyPairError),
    /// The claims could not be serialized.
    #[error("the claims could not be serialized: {0}")]
    Claims(#[from] serde_json::Error),
    /// The claims could not be sealed.
    #[error("the claims could not be sealed")]
    Sealing,
    /// The flow's state machine required an unexpected step.
    #[error("the client credentials flow ran out of order")]
    Flow,
    /// The token would exceed its maximum size.
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
