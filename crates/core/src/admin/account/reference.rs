//! Finds an account by a client id, by `TENANT/NAME`, or by a name that only one account has.
//!
//! Every command that takes an `ID` uses this. A text that is or was an account's client id, or has the form of a
//! generated one, is only looked up as an id. Otherwise `panic` or `delete` with the id of a deleted account could hit
//! another account that has this text as its name.

use jeton_admin::error::{NotFound, StateConflict};
use jeton_protocol::{ClientId, RegionName};

use crate::admin::{AdminError, Administrator};
use crate::model::{Account, AccountName, TenantName};
use crate::store::{Position, StoreError};

impl Administrator {
    /// Finds the account for `reference`.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if no account matches, [`AdminError::Conflict`] if several match.
    pub async fn find_account(&self, reference: &str) -> Result<Account, AdminError> {
        if let Ok(id) = reference.parse::<ClientId>() {
            if let Some(account) = self.find_account_of_id(&id).await? {
                return Ok(account);
            }
            if id.region_tag().is_some() || self.store.is_account_id(&id).await? {
                return Err(self.no_account_of_id(&id).await);
            }
        }
        match <[Account; 1]>::try_from(self.accounts_named(reference).await?) {
            Ok([account]) => Ok(account),
            Err(none) if none.is_empty() => {
                Err(NotFound::Account { reference: reference.to_owned(), region: self.region.clone() }.into())
            }
            Err(several) => {
                let matches = several.iter().map(title).collect();
                Err(StateConflict::AmbiguousAccount { reference: reference.to_owned(), matches }.into())
            }
        }
    }

    /// The account with this client id, if there is one; does not look for names.
    ///
    /// # Errors
    /// [`AdminError::Unavailable`] if the store does not answer.
    pub async fn find_account_of_id(&self, id: &ClientId) -> Result<Option<Account>, AdminError> {
        Ok(self.store.find_account(id, Position::START).await?.value)
    }

    /// The account with this client id; does not look for names.
    pub(in crate::admin) async fn account_of_id(&self, id: &ClientId) -> Result<Account, AdminError> {
        match self.find_account_of_id(id).await? {
            Some(account) => Ok(account),
            None => Err(self.no_account_of_id(id).await),
        }
    }

    /// The accounts whose name is `reference`, and those it matches as `TENANT/NAME`. Tenant names and account names
    /// may contain slashes, so every slash is tried as the separator.
    async fn accounts_named(&self, reference: &str) -> Result<Vec<Account>, AdminError> {
        let mut found = match reference.parse::<AccountName>() {
            Ok(name) => self.store.find_accounts_by_name(&name).await?,
            Err(_) => Vec::new(),
        };
        for (slash, _) in reference.match_indices('/') {
            let (tenant, name) = (reference[..slash].parse::<TenantName>(), reference[slash + 1..].parse());
            let (Ok(tenant), Ok(name)) = (tenant, name) else { continue };
            let named = self.store.find_accounts_by_name(&name).await?;
            found.extend(named.into_iter().filter(|account| account.tenant.name == tenant));
        }
        Ok(found)
    }

    async fn no_account_of_id(&self, id: &ClientId) -> AdminError {
        self.why_not_found(id).await.map_or_else(AdminError::from, AdminError::from)
    }

    async fn why_not_found(&self, id: &ClientId) -> Result<NotFound, StoreError> {
        let (id, searched) = (id.clone(), self.region.clone());
        if self.store.find_deleted_epoch(&id).await?.is_some() {
            return Ok(NotFound::DeletedAccount(id));
        }
        Ok(match self.home_of(&id).await? {
            Some(region) => NotFound::OtherRegion { id, region, searched },
            None => NotFound::ClientId { id, region: searched },
        })
    }

    /// The other region that this id belongs to: one that has the account in this database, or the configured one that
    /// the id names, which may have a database of its own.
    async fn home_of(&self, id: &ClientId) -> Result<Option<RegionName>, StoreError> {
        let named = || id.region_tag().filter(|region| self.other_regions.contains(region));
        Ok(self.store.find_other_region(id).await?.or_else(named))
    }
}

fn title(account: &Account) -> String {
    format!("{} ({}/{})", account.client_id, account.tenant.name, account.name)
}
