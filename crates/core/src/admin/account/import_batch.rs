//! Imports many accounts from other servers at once, in one transaction.
//!
//! The common batch has only new accounts: it is written without looking for them first. If the store refuses it, each
//! account is looked for, so that the error names the one that is the cause.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jeton_admin::error::{AlreadyExists, BatchError, StateConflict};
use jeton_admin::request::{AccountToImport, IfExists};
use jeton_admin::view::ImportedBatch;

use super::change::check_new_account;
use super::entitlement::entitlement_among;
use super::import::was_imported_with;
use super::import_difference::difference;
use super::names::name_taken;
use crate::admin::{AdminError, Administrator, SecretSource, SecretTerms};
use crate::model::{Account, Resource, Tenant, TenantName};
use crate::secrets::imported::MigratedSecret;
use crate::store::StoreError;

/// An account of a batch that was checked as far as it can be without the other accounts of the store.
struct Draft {
    position: usize,
    /// Without a credential until it is to be written: a secret in clear costs a slow hash.
    account: Account,
    secret: MigratedSecret,
    secret_expires_in: Option<Duration>,
    /// How long after its creation the account expires, if the expiry is not a point in time.
    expires_in: Option<Duration>,
}

/// The accounts of a batch by what the store has under their ids.
#[derive(Default)]
struct Sorted {
    new: Vec<Draft>,
    /// Each reuses the row of a deleted account.
    deleted: Vec<Draft>,
    already_there: usize,
}

impl Administrator {
    /// Imports accounts with their client ids and secrets: all or none, except those whose id was deleted before. Each of
    /// these is added after the others, in a transaction of its own.
    ///
    /// # Errors
    /// [`BatchError`] with the position of the account that is the cause, and with what was written before it.
    pub async fn import_accounts(
        &self,
        accounts: Vec<AccountToImport>,
        if_exists: IfExists,
    ) -> Result<ImportedBatch, BatchError> {
        let mut drafts = self.drafts(accounts).await?;
        let imported = drafts.len();
        if !self.begins_with_existing(&drafts, if_exists).await? {
            match self.add_new(&mut drafts).await? {
                Ok(()) => return Ok(ImportedBatch { imported, already_there: 0 }),
                Err(StoreError::Conflict(_)) => {}
                Err(error) => return Err(not_written(AdminError::from(error))),
            }
        }
        let mut sorted = self.sorted(drafts, if_exists).await?;
        let mut done = ImportedBatch { imported: 0, already_there: sorted.already_there };
        if let Err(error) = self.add_new(&mut sorted.new).await? {
            return Err(BatchError { imported: done, ..self.explained(&sorted.new, error).await });
        }
        done.imported = sorted.new.len();
        for draft in &mut sorted.deleted {
            let position = Some(draft.position);
            let failed = |error| BatchError { position, imported: done, ..not_written(error) };
            self.complete(draft).map_err(failed)?;
            self.add_with_its_id(&draft.account).await.map_err(failed)?;
            done.imported += 1;
        }
        Ok(done)
    }

    async fn drafts(&self, accounts: Vec<AccountToImport>) -> Result<Vec<Draft>, BatchError> {
        let resources = self.list_resources().await?;
        let mut tenants: HashMap<TenantName, Tenant> = HashMap::new();
        let mut ids = HashSet::new();
        let mut drafts = Vec::with_capacity(accounts.len());
        for (position, import) in accounts.into_iter().enumerate() {
            let at = |error: AdminError| BatchError::at(position, error);
            let name = &import.account.tenant;
            if !tenants.contains_key(name) {
                tenants.insert(name.clone(), self.open_tenant(name).await.map_err(at)?);
            }
            let tenant = tenants[name].clone();
            let draft = self.draft(position, import, tenant, &resources).map_err(at)?;
            if !ids.insert(draft.account.client_id.clone()) {
                return Err(at(AlreadyExists::Account(draft.account.client_id).into()));
            }
            drafts.push(draft);
        }
        Ok(drafts)
    }

    fn draft(
        &self,
        position: usize,
        import: AccountToImport,
        tenant: Tenant,
        resources: &[Resource],
    ) -> Result<Draft, AdminError> {
        let AccountToImport { client_id, account: new, expires_at, more_entitlements, secret } = import;
        let secret = MigratedSecret::parse(secret.text, secret.if_digest)?;
        check_new_account(&new, &client_id)?;
        let mut entitlement = entitlement_among(resources, &new.entitlement)?;
        for more in &more_entitlements {
            let (grants, introspects) = entitlement_among(resources, more)?;
            entitlement.0.extend(grants);
            entitlement.1.extend(introspects);
        }
        let (secret_expires_in, mut expires_in) = (new.secret_expires_in, new.expires_in);
        let mut account = self.assemble_account(client_id, new, tenant, entitlement)?;
        if expires_at.is_some() {
            (account.expires_at, expires_in) = (expires_at, None);
        }
        Ok(Draft { position, account, secret, secret_expires_in, expires_in })
    }

    /// Whether the first account exists, as in a batch that was imported before.
    async fn begins_with_existing(&self, drafts: &[Draft], if_exists: IfExists) -> Result<bool, AdminError> {
        match (drafts.first(), if_exists) {
            (Some(first), IfExists::SkipEqual) => {
                Ok(self.find_account_of_id(&first.account.client_id).await?.is_some())
            }
            (Some(_), IfExists::Refuse) | (None, _) => Ok(false),
        }
    }

    /// Adds all of the accounts or none.
    async fn add_new(&self, drafts: &mut [Draft]) -> Result<Result<(), StoreError>, BatchError> {
        if drafts.is_empty() {
            return Ok(Ok(()));
        }
        for draft in &mut *drafts {
            self.complete(draft).map_err(|error| BatchError::at(draft.position, error))?;
        }
        let accounts: Vec<Account> = drafts.iter().map(|draft| draft.account.clone()).collect();
        let audit: Vec<_> = accounts.iter().map(|account| self.creation(account)).collect();
        Ok(self.store.add_accounts(&accounts, &audit).await)
    }

    /// Gives the account its credential.
    fn complete(&self, draft: &mut Draft) -> Result<(), AdminError> {
        if !draft.account.credentials.is_empty() {
            return Ok(());
        }
        let terms = SecretTerms { expires_in: draft.secret_expires_in.into(), ..SecretTerms::default() };
        let created = self.create_secret(SecretSource::Move(&draft.secret), terms)?;
        draft.account.credentials.push(created.credential);
        Ok(())
    }

    /// Looks for each account in the store.
    async fn sorted(&self, drafts: Vec<Draft>, if_exists: IfExists) -> Result<Sorted, BatchError> {
        let mut sorted = Sorted::default();
        for draft in drafts {
            let id = &draft.account.client_id;
            let existing = self.find_account_of_id(id).await?;
            match (existing, if_exists) {
                (Some(_), IfExists::Refuse) => {
                    return Err(BatchError::at(draft.position, AlreadyExists::Account(id.clone())));
                }
                (Some(existing), IfExists::SkipEqual) => {
                    if let Some(differs) = draft.differs_from(&existing) {
                        let error = AlreadyExists::DifferentAccount { id: id.clone(), differs };
                        return Err(BatchError::at(draft.position, error));
                    }
                    sorted.already_there += 1;
                }
                (None, _) => {
                    let deleted = self.store.find_deleted_epoch(id).await.map_err(AdminError::from)?;
                    if deleted.is_some() { sorted.deleted.push(draft) } else { sorted.new.push(draft) }
                }
            }
        }
        Ok(sorted)
    }

    /// Finds the account for which the store refused a batch: the first one whose name or id cannot be used.
    async fn explained(&self, drafts: &[Draft], error: StoreError) -> BatchError {
        let StoreError::Conflict(_) = error else { return not_written(AdminError::from(error)) };
        let mut names = HashSet::new();
        let ids: HashSet<&str> = drafts.iter().map(|draft| draft.account.client_id.as_str()).collect();
        for draft in drafts {
            let (account, at) = (&draft.account, |error| BatchError::at(draft.position, error));
            let name = account.name.as_str();
            if !names.insert((&account.tenant.name, name)) {
                return at(name_taken(account));
            }
            if ids.contains(name) && name != account.client_id.as_str() {
                return at(StateConflict::NameIsAnId(account.name.clone()).into());
            }
            match self.is_name_taken(&account.tenant.name, &account.name).await {
                Ok(true) => return at(name_taken(account)),
                Ok(false) => {}
                Err(error) => return error.into(),
            }
            let checked = match self.check_new_name(&account.name, &account.client_id).await {
                Ok(()) => self.check_new_id(&account.client_id).await,
                refused => refused,
            };
            if let Err(error) = checked {
                return at(error);
            }
        }
        AdminError::from(error).into()
    }
}

/// The error of a write.
fn not_written(error: AdminError) -> BatchError {
    let is_outcome_unknown = match &error {
        AdminError::Unavailable(source) => {
            matches!(source.downcast_ref::<StoreError>(), Some(StoreError::OutcomeUnknown(_)))
        }
        _ => false,
    };
    BatchError { is_outcome_unknown, ..error.into() }
}

impl Draft {
    /// The first value in which `existing` differs from this account. Its state, its default resource and secrets that
    /// were added later do not count.
    fn differs_from(&self, existing: &Account) -> Option<&'static str> {
        let mut wanted = self.account.clone();
        if let Some(within) = self.expires_in {
            wanted.expires_at = Some(existing.created_at.after(within));
        }
        let other_secret = || (!was_imported_with(existing, &self.secret)).then_some("secret");
        difference(&wanted, existing).or_else(other_secret)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_that_was_not_confirmed_is_told_from_one_that_failed() {
        let lost = || std::io::Error::other("the connection was lost").into();
        for (error, is_outcome_unknown) in
            [(StoreError::OutcomeUnknown(lost()), true), (StoreError::Unavailable(lost()), false)]
        {
            assert_eq!(not_written(AdminError::from(error)).is_outcome_unknown, is_outcome_unknown);
        }
    }
}
