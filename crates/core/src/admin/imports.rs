//! Taking accounts over from other servers: they keep their ids and their secrets.

use jeton_protocol::ClientId;

use super::account_names::name_taken;
use super::{
    ATTEMPTS, AdminError, Administrator, Entitlement, NewAccount, SecretSource, SecretTerms, raised,
};
use crate::imported_secret::MigratedSecret;
use crate::model::{Account, Credential};
use crate::store::{Conflict, StoreError};

/// An account that was another server's.
#[derive(Debug)]
pub struct AccountImport {
    /// The id that it keeps.
    pub client_id: ClientId,
    /// All else, as for a new one.
    pub account: NewAccount,
    /// What it may do besides, for grants on more than one resource.
    pub further: Vec<Entitlement>,
    /// The secret that it keeps, or its hash.
    pub secret: MigratedSecret,
}

/// An account that is ours now.
#[derive(Debug)]
pub struct Imported {
    /// The account.
    pub account: Account,
    /// Its secret, as it is stored.
    pub credential: Credential,
    /// An account of this id was deleted before; what tokens it had stay dead.
    pub was_deleted: bool,
}

impl Administrator {
    /// Takes an account over with its id and its secret.
    ///
    /// # Errors
    /// [`AdminError`] that names what is unknown, not possible or taken; then nothing was made.
    pub async fn import_account(&self, import: &AccountImport) -> Result<Imported, AdminError> {
        let mut account = self.draft_account(import.client_id.clone(), import.account.clone()).await?;
        for entitlement in &import.further {
            let (grants, introspects) = self.checked_entitlement(entitlement).await?;
            account.grants.extend(grants);
            account.introspects.extend(introspects);
        }
        let source = SecretSource::Move(&import.secret);
        let terms = SecretTerms { expires_in: import.account.secret_expires_in, ..SecretTerms::default() };
        let made = self.make_secret(source, terms)?;
        account.credentials.push(made.credential.clone());
        let was_deleted = self.add_under_its_id(&mut account).await?;
        Ok(Imported { account, credential: made.credential, was_deleted })
    }

    /// Whether the id was a deleted account's; the new one then starts above the epoch that is kept of it.
    async fn add_under_its_id(&self, account: &mut Account) -> Result<bool, AdminError> {
        for _ in 0..ATTEMPTS {
            let kept = self.store.find_deleted_epoch(&account.client_id).await?;
            if let Some(kept) = kept {
                // Above its creation too: then the feed tells that it was raised, unlike that of an account that is new.
                account.epoch = raised(kept.max(account.created_at.unix()), self.now());
            }
            match self.add_account(account).await {
                Ok(()) => return Ok(kept.is_some()),
                // It was deleted between the two.
                Err(StoreError::Conflict(Conflict::Stale)) => {}
                Err(StoreError::Conflict(Conflict::Exists)) => {
                    return Err(self.id_or_name_taken(account).await);
                }
                Err(error) => return Err(self.name_refused(account, error).await),
            }
        }
        Err(StoreError::Conflict(Conflict::Stale).into())
    }

    async fn id_or_name_taken(&self, account: &Account) -> AdminError {
        match self.store.find_account(&account.client_id).await {
            Ok(found) if found.value.is_some() => AdminError::Conflict(format!(
                "there is an account {} already; `jeton account show` shows it, and another secret for it is added with `jeton secret add`",
                account.client_id
            )),
            Ok(_) => name_taken(account),
            Err(error) => error.into(),
        }
    }
}
