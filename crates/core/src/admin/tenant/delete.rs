//! Deleting tenants that have no accounts, and counting the accounts.

use jeton_admin::error::StateConflict;
use jeton_admin::view::TenantSummary;

use crate::admin::{AdminError, Administrator, view::TenantView};
use crate::model::{DEFAULT_TENANT, Tenant, TenantName};
use crate::store::{AccountCount, Action, Attempt, Conflict, StoreError, Subject, retry_when_stale};

impl Administrator {
    /// The tenant of this name, with the number of its accounts.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such tenant.
    pub async fn summarize_tenant(&self, name: &TenantName) -> Result<TenantSummary, AdminError> {
        let tenant = self.find_tenant(name).await?;
        Ok(summary(&tenant, self.store.count_tenant_accounts(name).await?))
    }

    /// All tenants, with the numbers of their accounts.
    ///
    /// # Errors
    /// [`AdminError::Unavailable`] if the store does not answer.
    pub async fn list_tenants(&self) -> Result<Vec<TenantSummary>, AdminError> {
        let tenants = self.store.list_tenants().await?;
        let counts = self.store.count_accounts_by_tenant().await?;
        let count = |tenant: &Tenant| counts.get(&tenant.name).copied().unwrap_or_default();
        Ok(tenants.iter().map(|tenant| summary(tenant, count(tenant))).collect())
    }

    /// Deletes a tenant that has no accounts in any region. Returns it as it was.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such tenant, [`AdminError::Conflict`] if it has accounts or is the
    /// default tenant.
    pub async fn delete_tenant(&self, name: &TenantName) -> Result<Tenant, AdminError> {
        refuse_default(name)?;
        retry_when_stale(|| async {
            let tenant = self.find_tenant(name).await?;
            let before = Some(TenantView::from(&tenant));
            let audit = self.audit(Action::Delete, Some(name), Subject::Tenant(name.clone()), before, None);
            match self.store.delete_tenant(&tenant, &audit).await {
                Err(StoreError::Conflict(Conflict::InUse)) => Err(self.tenant_not_empty(name).await),
                written => Ok(Attempt::of(written, tenant)?),
            }
        })
        .await
    }

    async fn tenant_not_empty(&self, name: &TenantName) -> AdminError {
        match self.store.count_tenant_accounts(name).await {
            Ok(AccountCount { in_region, in_all_regions }) => {
                let tenant = name.clone();
                StateConflict::TenantNotEmpty { tenant, in_region, in_all_regions }.into()
            }
            Err(error) => error.into(),
        }
    }
}

/// Refuses a change of the tenant that everything uses that names none: commands, imports and a new store.
pub(super) fn refuse_default(name: &TenantName) -> Result<(), AdminError> {
    if name.as_str() == DEFAULT_TENANT {
        return Err(StateConflict::DefaultTenant(name.clone()).into());
    }
    Ok(())
}

fn summary(tenant: &Tenant, count: AccountCount) -> TenantSummary {
    TenantSummary {
        tenant: TenantView::from(tenant),
        accounts: count.in_region,
        accounts_in_all_regions: count.in_all_regions,
    }
}
