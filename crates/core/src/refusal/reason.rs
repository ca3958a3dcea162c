//! The reason of a refusal: one variant for each group of faults, and for each fault that stands alone.

use std::time::Duration;

use jeton_protocol::{Malformed, RegionName};
use thiserror::Error;

use crate::refusal::{
    ClientFault, HashPoolFull, HiddenClientFault, Internal, ScopeFault, TargetFault, Unavailable,
    VisibleClientFault,
};
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

impl Refusal {
    /// Whether accounts, resources or their state decide it, and not the request alone: a change of them could make the
    /// same request succeed.
    #[must_use]
    pub fn depends_on_accounts(&self) -> bool {
        match self {
            Self::Client(ClientFault::Hidden(fault)) => {
                !matches!(fault, HiddenClientFault::MalformedId | HiddenClientFault::BrokenSecret)
            }
            Self::Target(fault) => {
                matches!(fault, TargetFault::NotGranted(_) | TargetFault::Ambiguous { .. })
            }
            Self::Scope(fault) => matches!(fault, ScopeFault::NotGranted(_)),
            Self::WrongRegion { .. } | Self::NoIntrospectionRight => true,
            _ => false,
        }
    }
}

impl From<VisibleClientFault> for Refusal {
    fn from(fault: VisibleClientFault) -> Self {
        Self::Client(fault.into())
    }
}

impl From<HiddenClientFault> for Refusal {
    fn from(fault: HiddenClientFault) -> Self {
        Self::Client(fault.into())
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
