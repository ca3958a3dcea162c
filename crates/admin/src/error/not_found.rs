//! Something that was named does not exist.

use jeton_protocol::{ClientId, RegionName, ResourceUri, Scope, ScopeName};
use thiserror::Error;

use super::{ErrorSubject, SubjectKind};
use crate::value::{CredentialId, KeyId, KeyKind, TenantName};

/// What does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotFound {
    /// No account has this id or name.
    #[error("there is no account {reference:?} in region {region}")]
    Account {
        /// The text that names the account.
        reference: String,
        /// The region that was searched.
        region: RegionName,
    },
    /// No account has this client id.
    #[error("there is no account with the client id {id} in region {region}")]
    ClientId {
        /// The client id.
        id: ClientId,
        /// The region that was searched.
        region: RegionName,
    },
    /// The client id is one of another region, which has accounts of its own.
    #[error("the client id {id} belongs to region {region}, not to region {searched}")]
    OtherRegion {
        /// The client id.
        id: ClientId,
        /// The region that it belongs to.
        region: RegionName,
        /// The region that was searched.
        searched: RegionName,
    },
    /// The account of this id was deleted.
    #[error("the account {0} was deleted")]
    DeletedAccount(ClientId),
    /// No tenant has this name.
    #[error("there is no tenant {:?}", .0.as_str())]
    Tenant(TenantName),
    /// No resource has this URI.
    #[error("there is no resource {0}")]
    Resource(ResourceUri),
    /// There is no resource at all, and the request needs one.
    #[error("there is no resource yet")]
    AnyResource,
    /// No resource has all scopes of the request.
    #[error("no resource has the scope {0}")]
    ResourceWithScope(Scope),
    /// The resource has no such scope.
    #[error("the resource {resource} has no scope {scope}; it has {}", list(known))]
    Scope {
        /// The resource.
        resource: ResourceUri,
        /// The scope.
        scope: ScopeName,
        /// The scopes that it has.
        known: Vec<ScopeName>,
    },
    /// The first scope does not imply the second one directly.
    #[error("{scope} does not imply {implied} on {resource}")]
    Implication {
        /// The resource of both.
        resource: ResourceUri,
        /// The scope that would contain the other one.
        scope: ScopeName,
        /// The scope that would be contained.
        implied: ScopeName,
    },
    /// The account has no such secret.
    #[error("{account} has no secret {secret}")]
    Secret {
        /// The account.
        account: ClientId,
        /// The id of the secret.
        secret: CredentialId,
    },
    /// The account has no grant of this scope.
    #[error("{account} has no grant of {scope}")]
    Grant {
        /// The account.
        account: ClientId,
        /// The scope.
        scope: Scope,
    },
    /// The account may not introspect tokens for the resource.
    #[error("{account} has no right to introspect tokens for {resource}")]
    IntrospectionRight {
        /// The account.
        account: ClientId,
        /// The resource.
        resource: ResourceUri,
    },
    /// No trusted key has this id.
    #[error("no trusted key has the id {:?}", .0.as_str())]
    Key(KeyId),
    /// No resource of the region uses keys of this kind.
    #[error("no resource of this region uses {0} keys, so there is no key to rotate")]
    KeyOfKind(KeyKind),
}

impl NotFound {
    pub(super) fn subject(&self) -> Option<ErrorSubject> {
        use SubjectKind::{Account, Key, Resource, Scope, Secret, Tenant};
        match self {
            Self::Account { reference, .. } => ErrorSubject::new(Account, reference),
            Self::ClientId { id, .. } | Self::OtherRegion { id, .. } | Self::DeletedAccount(id) => {
                ErrorSubject::new(Account, id)
            }
            Self::Tenant(name) => ErrorSubject::new(Tenant, name),
            Self::Resource(uri) => ErrorSubject::new(Resource, uri),
            Self::AnyResource => None,
            Self::ResourceWithScope(scope) => ErrorSubject::new(Scope, scope),
            Self::Scope { scope, .. } | Self::Implication { scope, .. } => ErrorSubject::new(Scope, scope),
            Self::Secret { secret, .. } => ErrorSubject::new(Secret, secret),
            Self::Grant { account, .. } | Self::IntrospectionRight { account, .. } => {
                ErrorSubject::new(Account, account)
            }
            Self::Key(id) => ErrorSubject::new(Key, id),
            Self::KeyOfKind(kind) => ErrorSubject::new(Key, kind),
        }
    }
}

fn list(scopes: &[ScopeName]) -> String {
    scopes.iter().map(ScopeName::as_str).collect::<Vec<_>>().join(", ")
}
