//! Storage of tenants.

use async_trait::async_trait;

use super::{AuditEntry, StoreError};
use crate::model::{Tenant, TenantName};

/// Stores tenants. A new store has the tenant `default`.
#[async_trait]
pub trait TenantStore: Send + Sync + std::fmt::Debug {
    /// The tenant of this name.
    async fn find_tenant(&self, name: &TenantName) -> Result<Option<Tenant>, StoreError>;

    /// All tenants, ordered by name.
    async fn list_tenants(&self) -> Result<Vec<Tenant>, StoreError>;

    /// How many accounts the tenant has in all regions of the database, in any state; 0 if there is no such tenant.
    async fn count_tenant_accounts(&self, name: &TenantName) -> Result<u64, StoreError>;

    /// Adds a tenant; [`Conflict::Exists`](super::Conflict) if the name is taken.
    async fn add_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Replaces a tenant; [`Conflict::Stale`](super::Conflict) if `tenant.version` is not the stored one.
    async fn replace_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError>;
}
