//! Creating, changing, disabling and deleting accounts.

use jeton_admin::error::StateConflict;
use jeton_admin::request::{AccountUpdate, Change, NewAccount};
use jeton_admin::view::AccountView;
use jeton_protocol::ClientId;

use crate::admin::account::details::{change_details, check_details};
use crate::admin::account::entitlement::CheckedEntitlement;
use crate::admin::account::names::{check_account_name, name_taken};
use crate::admin::account::token_length::check_account;
use crate::admin::{
    AdminError, Administrator, NewSecret, SecretSource, SecretTerms, check_token_ttl, next_epoch,
};
use crate::clock::random_bytes;
use crate::model::{Account, Tenant, TenantName};
use crate::store::{Action, Attempt, AuditEntry, Conflict, StoreError, Subject, retry_when_stale};

/// Checks the rules for a new account that need no store.
///
/// # Errors
/// [`AdminError`] that names the invalid value.
pub(super) fn check_new_account(new: &NewAccount, id: &ClientId) -> Result<(), AdminError> {
    check_token_ttl(new.token_ttl)?;
    check_account_name(&new.name, id)?;
    check_details(&new.details)
}

impl Administrator {
    /// Creates an account with its first secret.
    ///
    /// # Errors
    /// [`AdminError`] that names the value that is unknown, invalid or taken. Nothing was created then.
    pub async fn create_account(&self, new: NewAccount) -> Result<NewSecret, AdminError> {
        let id = ClientId::generate(&self.region, random_bytes(&*self.randomness));
        let terms = SecretTerms { expires_in: new.secret_expires_in.into(), ..SecretTerms::default() };
        let mut account = self.draft_account(id, new).await?;
        let created = self.create_secret(SecretSource::Generate, terms)?;
        account.credentials.push(created.credential.clone());
        match self.add_account(&account).await {
            Ok(()) => {
                let grants = account.grants.clone();
                Ok(NewSecret { account, credential: created.credential, secret: created.secret, grants })
            }
            Err(StoreError::Conflict(Conflict::Exists)) => Err(name_taken(&account)),
            Err(error) => Err(self.account_write_error(&account, error).await),
        }
    }

    /// Builds the account without a secret and checks everything it refers to. Writes nothing.
    pub(in crate::admin) async fn draft_account(
        &self,
        id: ClientId,
        new: NewAccount,
    ) -> Result<Account, AdminError> {
        check_new_account(&new, &id)?;
        let tenant = self.open_tenant(&new.tenant).await?;
        let entitlement = self.checked_entitlement(&new.entitlement).await?;
        self.assemble_account(id, new, tenant, entitlement)
    }

    /// As [`draft_account`](Self::draft_account), of parts that were checked.
    pub(super) fn assemble_account(
        &self,
        id: ClientId,
        new: NewAccount,
        tenant: Tenant,
        (grants, introspects): CheckedEntitlement,
    ) -> Result<Account, AdminError> {
        let now = self.now();
        let account = Account {
            client_id: id,
            name: new.name,
            tenant,
            enabled: true,
            epoch: next_epoch(0, now),
            token_ttl: new.token_ttl,
            expires_at: new.expires_in.map(|within| now.after(within)),
            allow_cidr: new.allow_cidr,
            default_resource: None,
            grants,
            introspects,
            credentials: Vec::new(),
            details: new.details,
            created_at: now,
            version: 1,
        };
        check_account(&account)?;
        Ok(account)
    }

    /// The tenant of this name, if accounts may be added to it.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such tenant, [`AdminError::Conflict`] if it may have no accounts.
    pub async fn open_tenant(&self, name: &TenantName) -> Result<Tenant, AdminError> {
        let tenant = self.find_tenant(name).await?;
        if tenant.accounts_allowed {
            return Ok(tenant);
        }
        Err(StateConflict::AccountsDenied(tenant.name).into())
    }

    pub(in crate::admin) async fn add_account(&self, account: &Account) -> Result<(), StoreError> {
        self.store.add_account(account, &self.creation(account)).await
    }

    /// The audit entry of a new account.
    pub(super) fn creation(&self, account: &Account) -> AuditEntry {
        let subject = Subject::Account(account.client_id.clone());
        self.audit(Action::Create, Some(&account.tenant.name), subject, None, Some(self.view(account)))
    }

    /// Changes the fields of an account, not its grants or secrets.
    ///
    /// # Errors
    /// [`AdminError`] that names the value that is unknown, invalid or taken.
    pub async fn update_account(
        &self,
        reference: &str,
        update: &AccountUpdate,
    ) -> Result<Account, AdminError> {
        check_token_ttl(update.token_ttl.new_value().copied())?;
        self.change_account(reference, Action::Update, |account| {
            let now = self.now();
            if let Some(name) = update.name.as_ref().filter(|name| **name != account.name) {
                check_account_name(name, &account.client_id)?;
                account.name = name.clone();
            }
            update.token_ttl.apply_to(&mut account.token_ttl);
            update.expires_in.map(|within| now.after(within)).apply_to(&mut account.expires_at);
            if let Some(allow_cidr) = &update.allow_cidr {
                account.allow_cidr.clone_from(allow_cidr);
            }
            match &update.default_resource {
                Change::Set(uri) => match account.grants.get_key_value(uri) {
                    Some((registered, _)) => account.default_resource = Some(registered.clone()),
                    None => {
                        return Err(StateConflict::DefaultNotGranted(uri.clone()).into());
                    }
                },
                Change::Clear => account.default_resource = None,
                Change::Keep => {}
            }
            change_details(&mut account.details, update)
        })
        .await
        .map(|(account, ())| account)
    }

    /// Disables an account and permanently invalidates its tokens. Its requests are refused.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such account.
    pub async fn disable_account(&self, reference: &str) -> Result<Account, AdminError> {
        let disable = |account: &mut Account| {
            if account.enabled {
                account.epoch = next_epoch(account.epoch, self.now());
            }
            account.enabled = false;
            Ok(())
        };
        self.change_account(reference, Action::Disable, disable).await.map(|(account, ())| account)
    }

    /// Enables an account. Tokens issued before it was disabled stay invalid.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such account.
    pub async fn enable_account(&self, reference: &str) -> Result<Account, AdminError> {
        let enable = |account: &mut Account| {
            account.enabled = true;
            Ok(())
        };
        self.change_account(reference, Action::Enable, enable).await.map(|(account, ())| account)
    }

    /// Deletes an account and invalidates its tokens.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such account.
    pub async fn delete_account(&self, reference: &str) -> Result<Account, AdminError> {
        let id = self.find_account(reference).await?.client_id;
        retry_when_stale(|| async {
            let mut account = self.account_of_id(&id).await?;
            let before = self.view(&account);
            account.epoch = next_epoch(account.epoch, self.now());
            let audit = self.audit(
                Action::Delete,
                Some(&account.tenant.name),
                Subject::Account(id.clone()),
                Some(before),
                None,
            );
            Ok(Attempt::of(self.store.delete_account(&account, &audit).await, account)?)
        })
        .await
    }

    /// Reads the account, applies `change` and writes it. Retries if another writer changed it in between. Does not
    /// write if `change` changed nothing.
    ///
    /// `reference` is resolved once, so that all attempts change the same account.
    pub(in crate::admin) async fn change_account<T>(
        &self,
        reference: &str,
        action: Action,
        change: impl Fn(&mut Account) -> Result<T, AdminError>,
    ) -> Result<(Account, T), AdminError> {
        let id = self.find_account(reference).await?.client_id;
        retry_when_stale(|| async {
            let before = self.account_of_id(&id).await?;
            let mut after = before.clone();
            let result = change(&mut after)?;
            if after == before {
                return Ok(Attempt::Done((after, result)));
            }
            let subject = Subject::Account(id.clone());
            let audit = self.audit(
                action,
                Some(&before.tenant.name),
                subject,
                Some(self.view(&before)),
                Some(self.view(&after)),
            );
            match self.store.replace_account(&after, &audit).await {
                Ok(()) => Ok(Attempt::Done((after, result))),
                Err(StoreError::Conflict(Conflict::Stale)) => Ok(Attempt::Stale),
                Err(StoreError::Conflict(Conflict::Exists)) => Err(name_taken(&after)),
                Err(error) => Err(self.account_write_error(&after, error).await),
            }
        })
        .await
    }

    pub(in crate::admin) fn view(&self, account: &Account) -> AccountView {
        account.view(&self.region, self.now())
    }
}
