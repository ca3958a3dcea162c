//! Tenants and the region.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::TenantAdministration;
use jeton_admin::error::AdminError;
use jeton_admin::value::TenantName;
use jeton_admin::view::{RegionView, RevokedTokens, TenantSummary, TenantView};

use super::StoreAdministration;

#[async_trait]
impl TenantAdministration for StoreAdministration {
    async fn find_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantView, AdminError> {
        Ok(TenantView::from(&self.administrator(by).find_tenant(name).await?))
    }

    async fn summarize_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantSummary, AdminError> {
        self.administrator(by).summarize_tenant(name).await
    }

    async fn list_tenants(&self, by: &Authority) -> Result<Vec<TenantSummary>, AdminError> {
        self.administrator(by).list_tenants().await
    }

    async fn create_tenant(&self, by: &Authority, name: TenantName) -> Result<TenantView, AdminError> {
        Ok(TenantView::from(&self.administrator(by).create_tenant(name).await?))
    }

    async fn rename_tenant(
        &self,
        by: &Authority,
        name: &TenantName,
        new: &TenantName,
    ) -> Result<TenantView, AdminError> {
        Ok(TenantView::from(&self.administrator(by).rename_tenant(name, new).await?))
    }

    async fn delete_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantView, AdminError> {
        Ok(TenantView::from(&self.administrator(by).delete_tenant(name).await?))
    }

    async fn disable_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantView, AdminError> {
        Ok(TenantView::from(&self.administrator(by).disable_tenant(name).await?))
    }

    async fn enable_tenant(&self, by: &Authority, name: &TenantName) -> Result<TenantView, AdminError> {
        Ok(TenantView::from(&self.administrator(by).enable_tenant(name).await?))
    }

    async fn allow_accounts(
        &self,
        by: &Authority,
        name: &TenantName,
        allowed: bool,
    ) -> Result<TenantView, AdminError> {
        Ok(TenantView::from(&self.administrator(by).allow_accounts(name, allowed).await?))
    }

    async fn revoke_tenant_tokens(
        &self,
        by: &Authority,
        name: &TenantName,
    ) -> Result<RevokedTokens<TenantView>, AdminError> {
        let administrator = self.administrator(by);
        let tenant = administrator.revoke_tenant_tokens(name).await?;
        Ok(RevokedTokens {
            subject: TenantView::from(&tenant),
            last_expiry: administrator.last_expiry_of_all(),
        })
    }

    async fn revoke_region_tokens(&self, by: &Authority) -> Result<RevokedTokens<RegionView>, AdminError> {
        let administrator = self.administrator(by);
        let epoch = administrator.revoke_region_tokens().await?;
        let subject = RegionView { name: administrator.region().clone(), epoch };
        Ok(RevokedTokens { subject, last_expiry: administrator.last_expiry_of_all() })
    }
}
