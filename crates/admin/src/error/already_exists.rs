//! An id or a name is taken.

use jeton_protocol::{ClientId, ResourceUri};
use thiserror::Error;

use super::{ErrorSubject, SubjectKind};
use crate::value::{AccountName, TenantName};

/// What is taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AlreadyExists {
    /// The client id.
    #[error("the account {0} already exists")]
    Account(ClientId),
    /// The client id, by an account that differs from the one to import.
    #[error("the account {id} already exists with another {differs}")]
    DifferentAccount {
        /// The client id.
        id: ClientId,
        /// The first value that differs.
        differs: &'static str,
    },
    /// The name of an account within its tenant.
    #[error("the tenant {:?} already has an account named {:?}; choose a different name", tenant.as_str(), name.as_str())]
    AccountName {
        /// The tenant.
        tenant: TenantName,
        /// The name.
        name: AccountName,
    },
    /// The name of a tenant.
    #[error("the tenant {:?} already exists", .0.as_str())]
    Tenant(TenantName),
    /// The URI of a resource.
    #[error("the resource {uri} already exists{}", spelling(registered.as_ref()))]
    Resource {
        /// The URI of the request.
        uri: ResourceUri,
        /// Its registered spelling, if that is another one.
        registered: Option<ResourceUri>,
    },
    /// Something else. Programs that follow the rules of a request never see it.
    #[error("the id or name is already taken")]
    Other,
}

impl AlreadyExists {
    pub(super) fn subject(&self) -> Option<ErrorSubject> {
        match self {
            Self::Account(id) | Self::DifferentAccount { id, .. } => {
                ErrorSubject::new(SubjectKind::Account, id)
            }
            Self::AccountName { name, .. } => ErrorSubject::new(SubjectKind::Account, name),
            Self::Tenant(name) => ErrorSubject::new(SubjectKind::Tenant, name),
            Self::Resource { uri, .. } => ErrorSubject::new(SubjectKind::Resource, uri),
            Self::Other => None,
        }
    }
}

fn spelling(registered: Option<&ResourceUri>) -> String {
    registered.map_or_else(String::new, |registered| {
        format!(" with the spelling {registered}, which is the audience of its tokens")
    })
}
