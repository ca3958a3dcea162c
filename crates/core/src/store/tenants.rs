//! Storage of tenants.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use jeton_protocol::ClientId;

use super::{AuditEntry, StoreError};
use crate::keys::LONGEST_TOKEN_TTL;
use crate::model::{Tenant, TenantName, Timestamp};

/// How many accounts a tenant has. Deleted accounts do not count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountCount {
    /// In the region of the store handle.
    pub in_region: u64,
    /// In all regions of the database.
    pub in_all_regions: u64,
}

/// A name that a tenant had before it was renamed or deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormerTenantName {
    /// The present name of the tenant; `None` if it was deleted.
    pub tenant: Option<TenantName>,
    /// The tenant's epoch; its last one if it was deleted.
    pub epoch: i64,
    /// When the name was given up.
    pub given_up_at: Timestamp,
}

/// A tenant with a new name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantRename {
    /// The name until now.
    pub from: TenantName,
    /// The tenant with its new name. Its other fields are not written.
    pub tenant: Tenant,
    /// How long the client id of an account of the tenant may be, in bytes as a JSON string without quotation marks.
    pub longest_id: usize,
}

/// For how long after a rename a new tenant cannot have the old name: tokens that were issued before may still have it,
/// and the clocks of nodes may differ.
pub const FORMER_NAME_IN_TOKENS: Duration = LONGEST_TOKEN_TTL.saturating_add(Duration::from_hours(1));

/// Stores tenants. A new store has the tenant `default`.
///
/// Former names stay stored, because tokens and readers of the revocation feed know tenants by their names: a name is
/// given to another tenant only if no unexpired token has it, and only with a higher epoch.
#[async_trait]
pub trait TenantStore: Send + Sync + std::fmt::Debug {
    /// The tenant of this name.
    async fn find_tenant(&self, name: &TenantName) -> Result<Option<Tenant>, StoreError>;

    /// The last tenant that gave up this name, unless another tenant has got it since.
    async fn find_former_tenant_name(
        &self,
        name: &TenantName,
    ) -> Result<Option<FormerTenantName>, StoreError>;

    /// All tenants, ordered by name.
    async fn list_tenants(&self) -> Result<Vec<Tenant>, StoreError>;

    /// How many accounts a tenant has; none if there is no such tenant.
    async fn count_tenant_accounts(&self, tenant: &TenantName) -> Result<AccountCount, StoreError>;

    /// How many accounts each tenant has. Tenants without accounts are left out.
    async fn count_accounts_by_tenant(&self) -> Result<BTreeMap<TenantName, AccountCount>, StoreError>;

    /// The account of the tenant, in any region, whose client id is the longest one as a JSON string; `None` if the
    /// tenant has no accounts.
    async fn find_longest_client_id(&self, tenant: &TenantName) -> Result<Option<ClientId>, StoreError>;

    /// Adds a tenant; [`Conflict::Exists`](super::Conflict) if the name is taken, or was given up by a renamed tenant
    /// less than [`FORMER_NAME_IN_TOKENS`] before the time of `audit`. [`Conflict::Stale`](super::Conflict) if another
    /// tenant gave up the name and the epoch is not higher than its.
    async fn add_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Replaces a tenant; [`Conflict::Stale`](super::Conflict) if `tenant.version` is not the stored one.
    async fn replace_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Renames a tenant with its accounts in all regions. The versions of the accounts stay. Its old names stay listed
    /// with its epoch in [`list_raised_epochs`](super::RevocationStore::list_raised_epochs).
    ///
    /// [`Conflict::Stale`](super::Conflict) if `tenant.version` is not the stored one.
    /// [`Conflict::TooLong`](super::Conflict) if an account has a longer id than `longest_id`. The name is checked as
    /// in [`add_tenant`](Self::add_tenant), except that a tenant may take back its own former name.
    ///
    /// The subject of `audit` is the old name: nodes have the accounts in memory under that name.
    async fn rename_tenant(&self, rename: &TenantRename, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Deletes a tenant. What is left of its deleted accounts stays as it is for every other method.
    ///
    /// [`Conflict::InUse`](super::Conflict) if it has accounts in any region, [`Conflict::Stale`](super::Conflict) if
    /// `tenant.version` is not the stored one.
    async fn delete_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError>;
}
