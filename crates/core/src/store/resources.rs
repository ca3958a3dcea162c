//! Storage of resources.

use async_trait::async_trait;
use jeton_protocol::{ClientId, ResourceUri, Scope};

use super::{AuditEntry, StoreError};
use crate::model::{AccountName, Resource, TenantName};

/// The accounts of the region that may use a resource. Each list has the first ones in the order of their client ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceUsers {
    /// The accounts with a grant on it, and the granted scopes.
    pub granted: Vec<(ResourceUser, Scope)>,
    /// How many accounts have a grant on it.
    pub granted_count: u64,
    /// The accounts that may introspect its tokens.
    pub introspecting: Vec<ResourceUser>,
    /// How many accounts may introspect its tokens.
    pub introspecting_count: u64,
}

/// An account that may use a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceUser {
    /// Its client id.
    pub client_id: ClientId,
    /// Its name.
    pub name: AccountName,
    /// The tenant that owns it.
    pub tenant: TenantName,
}

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

    /// The accounts that may use the resource of this URI: the first `limit` of each kind, and how many there are.
    async fn list_resource_users(&self, uri: &ResourceUri, limit: u32) -> Result<ResourceUsers, StoreError>;

    /// Adds a resource; [`Conflict::Exists`](super::Conflict) if the URI is taken.
    async fn add_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Replaces a resource; [`Conflict::Stale`](super::Conflict) if `resource.version` is not the stored one,
    /// [`Conflict::InUse`](super::Conflict) if a removed scope is granted to an account.
    async fn replace_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Deletes a resource; [`Conflict::InUse`](super::Conflict) if an account has a grant or an introspection right on
    /// it, or has it as its default resource.
    async fn delete_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError>;
}
