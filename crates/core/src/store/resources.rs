//! Storage of resources.

use async_trait::async_trait;
use jeton_protocol::ResourceUri;

use super::{AuditEntry, StoreError};
use crate::model::Resource;

/// Stores resources with their scopes, each resource as one value.
///
/// A resource is found by any spelling of its URI. It is always returned with the spelling under which it was added; no
/// later write changes it. Accounts are returned with that spelling too, whatever spelling was written.
#[async_trait]
pub trait ResourceStore: Send + Sync + std::fmt::Debug {
    /// The resource of this URI.
    async fn find_resource(&self, uri: &ResourceUri) -> Result<Option<Resource>, StoreError>;

    /// All resources, ordered by URI.
    async fn list_resources(&self) -> Result<Vec<Resource>, StoreError>;

    /// Adds a resource; [`Conflict::Exists`](super::Conflict) if the URI is taken.
    async fn add_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Replaces a resource; [`Conflict::Stale`](super::Conflict) if `resource.version` is not the stored one,
    /// [`Conflict::InUse`](super::Conflict) if a removed scope is granted to an account.
    async fn replace_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Deletes a resource; [`Conflict::InUse`](super::Conflict) if an account has a grant or an introspection right on
    /// it, or has it as its default resource.
    async fn delete_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError>;
}
