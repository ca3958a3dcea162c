//! Checks that account names and client ids do not collide, so that a client id is never read as a name.
//!
//! This module has the rule that needs no store, and the errors. The store checks the rest in the transaction that
//! writes.

use jeton_admin::error::{AlreadyExists, StateConflict};
use jeton_protocol::ClientId;

use crate::admin::texts::check_text;
use crate::admin::{AdminError, Administrator};
use crate::model::{Account, AccountName, TenantName};
use crate::store::{Conflict, StoreError};

/// Checks the rules for a name that need no store.
///
/// # Errors
/// [`AdminError`] if an account with this id must not have this name.
pub(in crate::admin) fn check_account_name(name: &AccountName, id: &ClientId) -> Result<(), AdminError> {
    check_text("the account name", name.as_str())?;
    let looks_like_an_id =
        name.as_str().parse::<ClientId>().is_ok_and(|named| named != *id && named.region_tag().is_some());
    if looks_like_an_id {
        return Err(StateConflict::NameLooksLikeAnId(name.clone()).into());
    }
    Ok(())
}

pub(in crate::admin) fn name_taken(account: &Account) -> AdminError {
    AlreadyExists::AccountName { tenant: account.tenant.name.clone(), name: account.name.clone() }.into()
}

impl Administrator {
    /// Checks that `name` is not the client id of another account than `id`. Does not check whether the name is taken.
    ///
    /// # Errors
    /// [`AdminError`] with the reason if the name cannot be used.
    pub async fn check_new_name(&self, name: &AccountName, id: &ClientId) -> Result<(), AdminError> {
        check_account_name(name, id)?;
        match name.as_str().parse::<ClientId>() {
            Ok(named) if named != *id && self.store.is_account_id(&named).await? => Err(name_is_an_id(name)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Whether an account of `tenant` has this name.
    ///
    /// # Errors
    /// [`AdminError::Unavailable`] if the store does not answer.
    pub async fn is_name_taken(&self, tenant: &TenantName, name: &AccountName) -> Result<bool, AdminError> {
        let named = self.store.find_accounts_by_name(name).await?;
        Ok(named.iter().any(|account| account.tenant.name == *tenant))
    }

    /// Checks that `id` is not the name of another account. Does not check whether the id is taken.
    ///
    /// # Errors
    /// [`AdminError`] with the reason if the id cannot be used.
    pub async fn check_new_id(&self, id: &ClientId) -> Result<(), AdminError> {
        let Ok(name) = id.as_str().parse::<AccountName>() else { return Ok(()) };
        let named = self.store.find_accounts_by_name(&name).await?;
        if named.iter().any(|account| account.client_id != *id) {
            Err(id_is_a_name(id, &named))
        } else {
            Ok(())
        }
    }

    /// Converts an error from writing `account`. The cause may be its name or its id.
    pub(in crate::admin) async fn account_write_error(
        &self,
        account: &Account,
        error: StoreError,
    ) -> AdminError {
        match error {
            StoreError::Conflict(Conflict::NameIsAnId) => name_is_an_id(&account.name),
            StoreError::Conflict(Conflict::IdIsAName) => match self.check_new_id(&account.client_id).await {
                Ok(()) => id_is_a_name(&account.client_id, &[]),
                Err(error) => error,
            },
            error => error.into(),
        }
    }
}

fn name_is_an_id(name: &AccountName) -> AdminError {
    StateConflict::NameIsAnId(name.clone()).into()
}

/// `named`: the accounts of this region with this name.
fn id_is_a_name(id: &ClientId, named: &[Account]) -> AdminError {
    let owner = named.iter().find(|account| account.client_id != *id);
    StateConflict::IdIsAName { id: id.clone(), owner: owner.map(|account| account.client_id.clone()) }.into()
}
