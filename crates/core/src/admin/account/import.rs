//! Imports accounts from other servers with their client ids and secrets.

use jeton_admin::error::AlreadyExists;
use jeton_protocol::ClientId;

use crate::admin::account::names::name_taken;
use crate::admin::{
    AdminError, Administrator, Entitlement, NewAccount, SecretSource, SecretTerms, next_epoch,
};
use crate::model::{Account, Credential, Timestamp};
use crate::secrets::imported::MigratedSecret;
use crate::store::{Attempt, Conflict, Position, StoreError, retry_when_stale};

/// An account of another server, to be imported.
#[derive(Debug)]
pub struct AccountImport {
    /// Its client id on the other server, which it keeps.
    pub client_id: ClientId,
    /// Its other settings, as for a new account.
    pub account: NewAccount,
    /// When it expires, as a point in time. Takes precedence over the duration in `account`.
    pub expires_at: Option<Timestamp>,
    /// More entitlements, for grants on more than one resource.
    pub more_entitlements: Vec<Entitlement>,
    /// The secret it keeps, or the hash of it.
    pub secret: MigratedSecret,
}

/// The result of an import.
#[derive(Debug)]
pub struct ImportedAccount {
    /// The account.
    pub account: Account,
    /// Its secret, as it is stored.
    pub credential: Credential,
    /// Whether an account with this id was deleted before. Its tokens stay invalid.
    pub was_deleted: bool,
}

/// Whether `account` was imported with this secret, as far as can be known.
pub(in crate::admin) fn was_imported_with(account: &Account, secret: &MigratedSecret) -> bool {
    let secrets = account.credentials.iter().filter_map(Credential::secret);
    secrets.filter(|proof| proof.is_imported()).any(|proof| secret.may_be_stored_as(&proof.hash))
}

impl Administrator {
    /// Imports an account with its client id and secret.
    ///
    /// # Errors
    /// [`AdminError`] that names the value that is unknown, invalid or taken. Nothing was created then.
    pub async fn import_account(&self, import: &AccountImport) -> Result<ImportedAccount, AdminError> {
        let mut account = self.draft_account(import.client_id.clone(), import.account.clone()).await?;
        account.expires_at = import.expires_at.or(account.expires_at);
        for entitlement in &import.more_entitlements {
            let (grants, introspects) = self.checked_entitlement(entitlement).await?;
            account.grants.extend(grants);
            account.introspects.extend(introspects);
        }
        let source = SecretSource::Move(&import.secret);
        let terms =
            SecretTerms { expires_in: import.account.secret_expires_in.into(), ..SecretTerms::default() };
        let created = self.create_secret(source, terms)?;
        account.credentials.push(created.credential.clone());
        let (account, was_deleted) = self.add_with_its_id(&account).await?;
        Ok(ImportedAccount { account, credential: created.credential, was_deleted })
    }

    /// Adds the account and returns it as it was written. If an account with this id was deleted, the new one starts
    /// above its stored epoch, and the second value is `true`.
    pub(super) async fn add_with_its_id(&self, draft: &Account) -> Result<(Account, bool), AdminError> {
        retry_when_stale(|| async {
            let mut account = draft.clone();
            let deleted_epoch = self.store.find_deleted_epoch(&account.client_id).await?;
            if let Some(epoch) = deleted_epoch {
                // Above the time of creation too. Otherwise the revocation feed would take it for the epoch of a new
                // account and leave it out.
                account.epoch = next_epoch(epoch.max(account.created_at.unix()), self.now());
            }
            match self.add_account(&account).await {
                Ok(()) => Ok(Attempt::Done((account, deleted_epoch.is_some()))),
                // The id was deleted between the read and the write.
                Err(StoreError::Conflict(Conflict::Stale)) => Ok(Attempt::Stale),
                Err(StoreError::Conflict(Conflict::Exists)) => Err(self.id_or_name_taken(&account).await),
                Err(error) => Err(self.account_write_error(&account, error).await),
            }
        })
        .await
    }

    async fn id_or_name_taken(&self, account: &Account) -> AdminError {
        match self.store.find_account(&account.client_id, Position::START).await {
            Ok(found) if found.value.is_some() => AlreadyExists::Account(account.client_id.clone()).into(),
            Ok(_) => name_taken(account),
            Err(error) => error.into(),
        }
    }
}
