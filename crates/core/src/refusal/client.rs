//! Why client authentication failed, and how much of it the caller may see.
//!
//! A new fault is hidden unless the request alone shows it. A hidden fault needs a variant here and an explanation for
//! the operator; its response is the one that all hidden faults share.

use ipnet::IpNet;
use jeton_protocol::BasicProblem;
use thiserror::Error;

use crate::model::{CallerAddress, CredentialId, TenantName, Timestamp};

/// Why client authentication failed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ClientFault {
    /// The request itself shows the fault, so the caller may see it.
    #[error(transparent)]
    Visible(#[from] VisibleClientFault),
    /// The fault depends on accounts, secrets or their state. The caller gets the same response for all of these, so
    /// that it cannot find out which accounts exist.
    #[error(transparent)]
    Hidden(#[from] HiddenClientFault),
}

/// A fault that the request itself shows. It is the same for every account.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VisibleClientFault {
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
}

/// A fault that the caller never sees.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum HiddenClientFault {
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
    #[error("the tenant is not allowed to have service accounts")]
    AccountsDenied(TenantName),
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
