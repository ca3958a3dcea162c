//! Accounts.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::AccountAdministration;
use jeton_admin::error::AdminError;
use jeton_admin::request::{AccountPage, AccountUpdate, Entitlement, NewAccount, SecretTerms};
use jeton_admin::view::{AccountList, AccountView, IssuedSecret, PanicReport, RevokedTokens};

use super::StoreAdministration;

#[async_trait]
impl AccountAdministration for StoreAdministration {
    async fn find_account(&self, by: &Authority, reference: &str) -> Result<AccountView, AdminError> {
        let administrator = self.administrator(by);
        let account = administrator.find_account(reference).await?;
        Ok(administrator.view(&account))
    }

    async fn list_accounts(
        &self,
        by: &Authority,
        page: &AccountPage,
    ) -> Result<AccountList<AccountView>, AdminError> {
        let administrator = self.administrator(by);
        let list = administrator.store().list_accounts(page, administrator.now()).await?;
        Ok(list.map(|account| administrator.view(&account)))
    }

    async fn count_accounts(&self, by: &Authority) -> Result<u64, AdminError> {
        Ok(self.administrator(by).store().count_accounts().await?)
    }

    async fn create_account(&self, by: &Authority, new: NewAccount) -> Result<IssuedSecret, AdminError> {
        let administrator = self.administrator(by);
        let new = administrator.create_account(new).await?;
        Ok(administrator.issued(new))
    }

    async fn update_account(
        &self,
        by: &Authority,
        reference: &str,
        update: &AccountUpdate,
    ) -> Result<AccountView, AdminError> {
        let administrator = self.administrator(by);
        let account = administrator.update_account(reference, update).await?;
        Ok(administrator.view(&account))
    }

    async fn disable_account(&self, by: &Authority, reference: &str) -> Result<AccountView, AdminError> {
        let administrator = self.administrator(by);
        let account = administrator.disable_account(reference).await?;
        Ok(administrator.view(&account))
    }

    async fn enable_account(&self, by: &Authority, reference: &str) -> Result<AccountView, AdminError> {
        let administrator = self.administrator(by);
        let account = administrator.enable_account(reference).await?;
        Ok(administrator.view(&account))
    }

    async fn delete_account(&self, by: &Authority, reference: &str) -> Result<AccountView, AdminError> {
        let administrator = self.administrator(by);
        let account = administrator.delete_account(reference).await?;
        Ok(administrator.view(&account))
    }

    async fn grant(
        &self,
        by: &Authority,
        reference: &str,
        entitlement: &Entitlement,
    ) -> Result<AccountView, AdminError> {
        let administrator = self.administrator(by);
        let account = administrator.grant(reference, entitlement).await?;
        Ok(administrator.view(&account))
    }

    async fn ungrant(
        &self,
        by: &Authority,
        reference: &str,
        entitlement: &Entitlement,
    ) -> Result<AccountView, AdminError> {
        let administrator = self.administrator(by);
        let account = administrator.ungrant(reference, entitlement).await?;
        Ok(administrator.view(&account))
    }

    async fn revoke_account_tokens(
        &self,
        by: &Authority,
        reference: &str,
    ) -> Result<RevokedTokens<AccountView>, AdminError> {
        let administrator = self.administrator(by);
        let account = administrator.revoke_account_tokens(reference).await?;
        let last_expiry = administrator.last_expiry(&account, self.settings.default_ttl).await?;
        Ok(RevokedTokens { subject: administrator.view(&account), last_expiry })
    }

    async fn panic(&self, by: &Authority, reference: &str) -> Result<PanicReport, AdminError> {
        let administrator = self.administrator(by);
        let outcome = administrator.panic(reference, self.settings.default_ttl).await?;
        Ok(PanicReport {
            account: administrator.view(&outcome.account),
            revoked: outcome.revoked,
            expired_at: outcome.expired_at,
            expired_at_the_latest: outcome.expired_at_the_latest,
        })
    }

    async fn recover_account(
        &self,
        by: &Authority,
        reference: &str,
        terms: SecretTerms,
    ) -> Result<IssuedSecret, AdminError> {
        let administrator = self.administrator(by);
        let new = administrator.recover_account(reference, terms).await?;
        Ok(administrator.issued(new))
    }
}
