//! Lists the secrets that administrators should look at: those that expire soon, and those that are not used.

use jeton_admin::request::{ExpiringSecretPage, UnusedSecretPage};

use crate::admin::{AdminError, Administrator};
use crate::model::TenantName;
use crate::store::{ExpiringSecret, UnusedSecrets};

impl Administrator {
    /// A page of the accounts whose last active secret expires soon, ordered by expiry.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if the page names a tenant that does not exist.
    pub async fn list_expiring_secrets(
        &self,
        page: &ExpiringSecretPage,
    ) -> Result<Vec<ExpiringSecret>, AdminError> {
        self.check_tenant_exists(page.tenant.as_ref()).await?;
        Ok(self.store.list_expiring_secrets(page).await?)
    }

    /// A page of the active secrets that were not used for some time, of accounts that can get tokens.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if the page names a tenant that does not exist.
    pub async fn list_unused_secrets(&self, page: &UnusedSecretPage) -> Result<UnusedSecrets, AdminError> {
        self.check_tenant_exists(page.tenant.as_ref()).await?;
        Ok(self.store.list_unused_secrets(page).await?)
    }

    /// A misspelled tenant has no secrets, and would look like one without any that need attention.
    async fn check_tenant_exists(&self, tenant: Option<&TenantName>) -> Result<(), AdminError> {
        match tenant {
            Some(name) => self.find_tenant(name).await.map(drop),
            None => Ok(()),
        }
    }
}
