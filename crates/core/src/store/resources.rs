//! Keeping resources.

use async_trait::async_trait;
use jeton_protocol::ResourceUri;

use super::{AuditEntry, StoreError};
use crate::model::Resource;

/// Keeps resources with their scopes, each resource as one value.
///
/// A resource is found by any spelling of its URI and read with the one under which it was added, which no later write
/// changes. Accounts are read with that spelling too, whatever it was in the write.
#[async_trait]
pub trait ResourceStore: Send + Sync + std::fmt::Debug {
    /// The resource of this URI.
    async fn find_resource(&self, uri: &ResourceUri) -> Result<Option<Resource>, StoreError>;

    /// All resources in the order of their URIs.
    async fn list_resources(&self) -> Result<Vec<Resource>, StoreError>;

    /// Adds a resource; [`Conflict::Exists`](super::Conflict) when the URI is taken.
    async fn add_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Replaces a resource; [`Conflict::Stale`](super::Conflict) when `resource.version` is not the stored one,
    /// [`Conflict::InUse`](super::Conflict) when a removed scope is granted to an account.
    async fn replace_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Deletes a resource; [`Conflict::InUse`](super::Conflict) when an account holds a grant or a right on it.
    async fn delete_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError>;
}
