//! Why an authenticated account gets no token: the resource or the scope is not granted.

use jeton_protocol::{ResourceUri, ResourceUriError, ScopeError, ScopeName};
use thiserror::Error;

use crate::settings::ScopePolicy;

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
