//! Administration of tenants, which the regions share, and of the region itself.

use async_trait::async_trait;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::value::TenantName;
use crate::view::{RegionView, RevokedTokens, TenantSummary, TenantView};

/// Creates, changes, finds and deletes tenants, and revokes all their tokens or those of the region.
#[async_trait]
pub trait TenantAdministration: Send + Sync + std::fmt::Debug {
    /// The tenant of this name.
    async fn find_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantView, AdminError>;

    /// The tenant of this name, with the number of its accounts.
    async fn summarize_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantSummary, AdminError>;

    /// All tenants, with the numbers of their accounts.
    async fn list_tenants(&self, by: &Authority) -> Result<Vec<TenantSummary>, AdminError>;

    /// Adds a tenant.
    async fn create_tenant(&self, by: &Authority, name: TenantName) -> Result<TenantView, AdminError>;

    /// Renames a tenant. Its accounts keep their ids, secrets and tokens. Tokens issued before say the old name until
    /// they expire. The tenant `default` cannot be renamed.
    async fn rename_tenant(
        &self,
        by: &Authority,
        name: &TenantName,
        new: &TenantName,
    ) -> Result<TenantView, AdminError>;

    /// Deletes a tenant that has no accounts in any region. Returns it as it was. The tenant `default` cannot be
    /// deleted.
    async fn delete_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantView, AdminError>;

    /// Disables a tenant and permanently invalidates its tokens.
    async fn disable_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantView, AdminError>;

    /// Enables a tenant. Tokens issued before it was disabled stay invalid.
    async fn enable_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantView, AdminError>;

    /// Allows or forbids accounts for a tenant. Forbidding permanently invalidates its tokens.
    async fn allow_accounts(
        &self,
        by: &Authority,
        name: &TenantName,
        allowed: bool,
    ) -> Result<TenantView, AdminError>;

    /// Revokes all tokens of a tenant's accounts, in all regions.
    async fn revoke_tenant_tokens(
        &self,
        by: &Authority,
        name: &TenantName,
    ) -> Result<RevokedTokens<TenantView>, AdminError>;

    /// Revokes all tokens of the region.
    async fn revoke_region_tokens(&self, by: &Authority) -> Result<RevokedTokens<RegionView>, AdminError>;
}
