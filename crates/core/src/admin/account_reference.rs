//! Which account a text means: that of a client id, of `TENANT/NAME`, or of a name where only one account has it.
//!
//! Every command that takes an `ID` asks here. A text that is or was an account's id, or has the form of ours, is an id and
//! nothing else: `panic` or `delete` with the id of a deleted account must not reach another one that is named so.

use jeton_protocol::ClientId;

use super::{AdminError, Administrator};
use crate::model::{Account, AccountName, TenantName};

impl Administrator {
    /// The account that `reference` means.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when there is none, [`AdminError::Conflict`] when several can be meant.
    pub async fn find_account(&self, reference: &str) -> Result<Account, AdminError> {
        if let Ok(id) = reference.parse::<ClientId>() {
            if let Some(account) = self.store.find_account(&id).await?.value {
                return Ok(account);
            }
            if id.region_tag().is_some() || self.store.is_account_id(&id).await? {
                return Err(self.no_account_of_id(&id).await);
            }
        }
        match <[Account; 1]>::try_from(self.accounts_named(reference).await?) {
            Ok([account]) => Ok(account),
            Err(none) if none.is_empty() => Err(AdminError::NotFound(format!(
                "there is no account {reference:?} in region {}; `jeton account list` shows the accounts",
                self.region
            ))),
            Err(several) => Err(AdminError::Conflict(format!(
                "several accounts can be meant by {reference:?}; write the client id, or TENANT/NAME: {}",
                several.iter().map(title).collect::<Vec<_>>().join(", ")
            ))),
        }
    }

    /// The account of this id, and never one that is only named so.
    pub(super) async fn account_of_id(&self, id: &ClientId) -> Result<Account, AdminError> {
        match self.store.find_account(id).await?.value {
            Some(account) => Ok(account),
            None => Err(self.no_account_of_id(id).await),
        }
    }

    /// The accounts that are named `reference`, and those that it means as `TENANT/NAME`. Tenants and names may hold
    /// slashes themselves, so each of them may be the one between the two.
    async fn accounts_named(&self, reference: &str) -> Result<Vec<Account>, AdminError> {
        let mut found = match reference.parse::<AccountName>() {
            Ok(name) => self.store.find_accounts_named(&name).await?,
            Err(_) => Vec::new(),
        };
        for (slash, _) in reference.match_indices('/') {
            let (tenant, name) = (reference[..slash].parse::<TenantName>(), reference[slash + 1..].parse());
            let (Ok(tenant), Ok(name)) = (tenant, name) else { continue };
            let named = self.store.find_accounts_named(&name).await?;
            found.extend(named.into_iter().filter(|account| account.tenant.name == tenant));
        }
        Ok(found)
    }

    async fn no_account_of_id(&self, id: &ClientId) -> AdminError {
        match self.store.find_deleted_epoch(id).await {
            Ok(Some(_)) => AdminError::NotFound(format!("the account {id} was deleted")),
            Ok(None) => AdminError::NotFound(format!(
                "there is no account with the client id {id} in region {}; `jeton account list` shows the accounts",
                self.region
            )),
            Err(error) => error.into(),
        }
    }
}

fn title(account: &Account) -> String {
    format!("{} ({}/{})", account.client_id, account.tenant.name, account.name)
}
