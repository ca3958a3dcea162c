//! Accounts of other servers.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::ImportAdministration;
use jeton_admin::error::{AdminError, AlreadyExists, BatchError};
use jeton_admin::request::{AccountToImport, IfExists, SecretToImport};
use jeton_admin::value::{AccountName, TenantName};
use jeton_admin::view::{ImportMatch, ImportedAccountView, ImportedBatch, ImportedForm};
use jeton_protocol::ClientId;

use super::StoreAdministration;
use crate::admin::AccountImport;
use crate::admin::account::import::was_imported_with;
use crate::model::Account;
use crate::secrets::imported::{MigratedSecret, SHORTEST_SECRET, SecretOrHash};

#[async_trait]
impl ImportAdministration for StoreAdministration {
    async fn check_tenant(&self, by: &Authority, tenant: &TenantName) -> Result<(), AdminError> {
        self.administrator(by).open_tenant(tenant).await.map(drop)
    }

    async fn check_new_id(&self, by: &Authority, id: &ClientId) -> Result<(), AdminError> {
        self.administrator(by).check_new_id(id).await
    }

    async fn check_new_name(
        &self,
        by: &Authority,
        tenant: &TenantName,
        name: &AccountName,
        id: &ClientId,
    ) -> Result<(), AdminError> {
        let administrator = self.administrator(by);
        administrator.check_new_name(name, id).await?;
        if administrator.is_name_taken(tenant, name).await? {
            return Err(AlreadyExists::AccountName { tenant: tenant.clone(), name: name.clone() }.into());
        }
        Ok(())
    }

    async fn find_imported(
        &self,
        by: &Authority,
        id: &ClientId,
        secret: &SecretToImport,
    ) -> Result<Option<ImportMatch>, AdminError> {
        let secret = MigratedSecret::parse(secret.text.clone(), secret.if_digest)?;
        let account = self.administrator(by).find_account_of_id(id).await?;
        Ok(account.map(|account| compared(&account, &secret)))
    }

    async fn import_account(
        &self,
        by: &Authority,
        import: AccountToImport,
    ) -> Result<ImportedAccountView, AdminError> {
        let administrator = self.administrator(by);
        let AccountToImport { client_id, account, expires_at, more_entitlements, secret } = import;
        let secret = MigratedSecret::parse(secret.text, secret.if_digest)?;
        let import = AccountImport { client_id, account, expires_at, more_entitlements, secret };
        let imported = administrator.import_account(&import).await?;
        Ok(ImportedAccountView {
            account: administrator.view(&imported.account),
            secret: form(&import.secret),
            was_deleted: imported.was_deleted,
        })
    }

    async fn import_accounts(
        &self,
        by: &Authority,
        accounts: Vec<AccountToImport>,
        if_exists: IfExists,
    ) -> Result<ImportedBatch, BatchError> {
        self.administrator(by).import_accounts(accounts, if_exists).await
    }
}

fn compared(account: &Account, secret: &MigratedSecret) -> ImportMatch {
    if was_imported_with(account, secret) { ImportMatch::Imported } else { ImportMatch::OtherSecret }
}

fn form(secret: &MigratedSecret) -> ImportedForm {
    match secret.kind() {
        SecretOrHash::Hash(hash) => ImportedForm::Hash { scheme: hash.scheme().as_str() },
        SecretOrHash::Secret(secret) => {
            let length = secret.expose().len();
            ImportedForm::Secret { length, short: length < SHORTEST_SECRET }
        }
    }
}
