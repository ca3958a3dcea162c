//! Which names and ids an account may have beside those of others, so that an id never means a name.
//!
//! The store refuses what only it can see, in the transaction that writes; here stand the rule that needs no store, and
//! what an administrator is told.

use jeton_protocol::ClientId;

use super::{AdminError, Administrator, texts::check_text};
use crate::model::{Account, AccountName};
use crate::store::{Conflict, StoreError};

/// # Errors
/// [`AdminError`] for a name that an account of this id must not get.
pub(super) fn check_account_name(name: &AccountName, id: &ClientId) -> Result<(), AdminError> {
    check_text("the account name", name.as_str())?;
    let has_the_form_of_an_id =
        name.as_str().parse::<ClientId>().is_ok_and(|named| named != *id && named.region_tag().is_some());
    if has_the_form_of_an_id {
        return Err(AdminError::Conflict(format!(
            "the name {:?} has the form of a client id; choose another name",
            name.as_str()
        )));
    }
    Ok(())
}

pub(super) fn name_taken(account: &Account) -> AdminError {
    AdminError::Conflict(format!(
        "the tenant {:?} has an account named {:?} already; choose another name",
        account.tenant.name.as_str(),
        account.name.as_str()
    ))
}

impl Administrator {
    /// Whether an account of this id could be given this name, as far as ids are concerned.
    ///
    /// # Errors
    /// [`AdminError`] that says why not.
    pub async fn check_new_name(&self, name: &AccountName, id: &ClientId) -> Result<(), AdminError> {
        check_account_name(name, id)?;
        match name.as_str().parse::<ClientId>() {
            Ok(named) if named != *id && self.store.is_account_id(&named).await? => Err(name_is_an_id(name)),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    /// Whether an account could be added under this id, as far as the names of others are concerned.
    ///
    /// # Errors
    /// [`AdminError`] that says why not.
    pub async fn check_new_id(&self, id: &ClientId) -> Result<(), AdminError> {
        let Ok(name) = id.as_str().parse::<AccountName>() else { return Ok(()) };
        let named = self.store.find_accounts_named(&name).await?;
        if named.iter().any(|account| account.client_id != *id) {
            Err(id_is_a_name(id, &named))
        } else {
            Ok(())
        }
    }

    /// Why the store refused to write `account`, where the cause may be its name or its id.
    pub(super) async fn name_refused(&self, account: &Account, error: StoreError) -> AdminError {
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
    AdminError::Conflict(format!(
        "the name {:?} is the client id of another account, existing or deleted, and a client id never means a name; \
         choose another name",
        name.as_str()
    ))
}

/// `named` are the accounts of this region that have the name.
fn id_is_a_name(id: &ClientId, named: &[Account]) -> AdminError {
    let (whose, account) = match named.iter().find(|account| account.client_id != *id) {
        Some(account) => (format!("the account {}", account.client_id), account.client_id.as_str()),
        None => ("an account of another region".to_owned(), "ID"),
    };
    AdminError::Conflict(format!(
        "the client id {id} is the name of {whose}, and a client id never means a name; rename that account first: \
         `jeton account update {account} --name NAME`"
    ))
}
