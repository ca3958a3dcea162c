//! Keeping tenants.

use async_trait::async_trait;

use super::{AuditEntry, StoreError};
use crate::model::{Tenant, TenantName};

/// Keeps tenants. The tenant `default` exists in a new store.
#[async_trait]
pub trait TenantStore: Send + Sync + std::fmt::Debug {
    /// The tenant of this name.
    async fn find_tenant(&self, name: &TenantName) -> Result<Option<Tenant>, StoreError>;

    /// All tenants in the order of their names.
    async fn list_tenants(&self) -> Result<Vec<Tenant>, StoreError>;

    /// Adds a tenant; [`Conflict::Exists`](super::Conflict) when the name is taken.
    async fn add_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Replaces a tenant; [`Conflict::Stale`](super::Conflict) when `tenant.version` is not the stored one.
    async fn replace_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError>;
}
