//! Making secrets for an account that has some, and rotating them.

use std::collections::BTreeMap;
use std::time::Duration;

use jeton_protocol::{ClientSecret, ResourceUri, Scope};

use super::narrowing::{inherit, reachable, refuse_ungranted};
use super::texts::check_text;
use super::{AdminError, Administrator};
use crate::clock::random_bytes;
use crate::imported_secret::{ImportedSecret, MigratedSecret, SecretOrHash};
use crate::model::{Account, Credential, CredentialId, Restriction, SecretKind, last_four};
use crate::secret_hash::{HashCost, SecretHash};
use crate::store::Action;

/// A secret that was just made, and whose it is. The only value that ever holds it in the clear.
#[derive(Debug)]
pub struct NewSecret {
    /// The account, with the new secret among its credentials.
    pub account: Account,
    /// The new secret as it is stored.
    pub credential: Credential,
    /// The secret, to be shown once; nothing when the administrator brought it along.
    pub secret: Option<ClientSecret>,
    /// What can be asked for with it: the account's grants, less what the secret itself rules out.
    pub grants: BTreeMap<ResourceUri, Scope>,
}

/// What a new secret is to be.
#[derive(Debug, Clone, Default)]
pub struct SecretTerms {
    /// What people call it.
    pub label: Option<String>,
    /// When it ends.
    pub expires_in: Option<Duration>,
    /// What it may do less than its account.
    pub restriction: Restriction,
}

/// Where a new secret comes from.
#[derive(Debug, Clone, Copy)]
pub enum SecretSource<'a> {
    /// From 256 random bits.
    Generate,
    /// From the administrator.
    Import(&'a ImportedSecret),
    /// From another server together with its account.
    Move(&'a MigratedSecret),
}

pub(super) struct MadeSecret {
    pub(super) credential: Credential,
    pub(super) secret: Option<ClientSecret>,
}

impl Administrator {
    /// Adds a second secret; both live until one is revoked or ends.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] when two live already, or a second one would be brought along, or it names a scope that
    /// the account has not.
    pub async fn add_secret(
        &self,
        reference: &str,
        source: SecretSource<'_>,
        terms: SecretTerms,
    ) -> Result<NewSecret, AdminError> {
        let MadeSecret { credential, secret } = self.make_secret(source, terms)?;
        let resources = self.store.list_resources().await?;
        let add = |account: &mut Account| {
            self.refuse_third(account)?;
            refuse_ungranted(account, &credential.restriction, &resources)?;
            if credential.kind == SecretKind::Imported
                && account.live_credentials(self.now()).any(|live| live.kind == SecretKind::Imported)
            {
                return Err(AdminError::Conflict(format!(
                    "{} has a secret that was brought along already; revoke it first, or generate one",
                    account.client_id
                )));
            }
            account.credentials.push(credential.clone());
            Ok(())
        };
        let (account, ()) = self.change_account(reference, Action::AddSecret, add).await?;
        let grants = reachable(&account, &credential.restriction, &resources);
        Ok(NewSecret { account, credential, secret, grants })
    }

    /// Adds a new secret and lets the old one die after `grace`. The new one may do no more than the old one did, where
    /// `terms` does not say what it may.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] when two live already, or `terms` names a scope that the account has not.
    pub async fn rotate_secret(
        &self,
        reference: &str,
        grace: Duration,
        terms: SecretTerms,
    ) -> Result<NewSecret, AdminError> {
        let MadeSecret { credential, secret } = self.make_secret(SecretSource::Generate, terms)?;
        let resources = self.store.list_resources().await?;
        let rotate = |account: &mut Account| {
            self.refuse_third(account)?;
            refuse_ungranted(account, &credential.restriction, &resources)?;
            let now = self.now();
            let end = now.after(grace);
            let mut credential = credential.clone();
            // Where none lives, the last one counts: that a narrow secret ran out must not make the next one wider.
            let newest = account.live_credentials(now).last().or(account.credentials.last());
            if let Some(newest) = newest {
                inherit(&mut credential.restriction, &newest.restriction);
            }
            for old in account.credentials.iter_mut().filter(|old| old.is_live(now)) {
                old.expires_at = Some(old.expires_at.map_or(end, |own| own.min(end)));
            }
            account.credentials.push(credential.clone());
            Ok(credential)
        };
        let (account, credential) = self.change_account(reference, Action::RotateSecret, rotate).await?;
        let grants = reachable(&account, &credential.restriction, &resources);
        Ok(NewSecret { account, credential, secret, grants })
    }

    /// Makes a secret that nobody has yet.
    pub(super) fn make_secret(
        &self,
        source: SecretSource<'_>,
        terms: SecretTerms,
    ) -> Result<MadeSecret, AdminError> {
        check_text("the label", terms.label.as_deref().unwrap_or_default())?;
        let now = self.now();
        let hash = |clear: &str, cost| SecretHash::make(clear, cost, random_bytes(&*self.randomness));
        let imported = |clear: &str| {
            Ok::<_, AdminError>((SecretKind::Imported, hash(clear, HashCost::Heavy)?, last_four(clear), None))
        };
        let (kind, hash, last_four, secret) = match source {
            SecretSource::Generate => {
                let secret = ClientSecret::from_entropy(random_bytes(&*self.randomness));
                let kind = SecretKind::Generated(self.indexer.lookup(&secret));
                let clear = secret.expose();
                (kind, hash(clear, HashCost::Light)?, last_four(clear), Some(secret))
            }
            SecretSource::Import(secret) => imported(secret.expose())?,
            SecretSource::Move(secret) => match secret.kind() {
                SecretOrHash::Secret(secret) => imported(secret.expose())?,
                SecretOrHash::Hash(hash) => (SecretKind::Imported, hash.clone(), String::new(), None),
            },
        };
        let credential = Credential {
            id: CredentialId::generate(random_bytes(&*self.randomness)),
            kind,
            label: terms.label,
            hash,
            last_four,
            created_at: now,
            expires_at: terms.expires_in.map(|within| now.after(within)),
            revoked_at: None,
            restriction: terms.restriction,
            last_used: None,
        };
        Ok(MadeSecret { credential, secret })
    }

    fn refuse_third(&self, account: &Account) -> Result<(), AdminError> {
        let live: Vec<String> = account.live_credentials(self.now()).map(Credential::title).collect();
        if live.len() < LIVE_SECRETS {
            return Ok(());
        }
        Err(AdminError::Conflict(format!(
            "{} has two live secrets already: {}; keep the newest with `jeton secret finish`, revoke one with \
             `jeton secret revoke`, or wait until one ends",
            account.client_id,
            live.join(" and ")
        )))
    }
}

pub(super) fn no_such_secret(account: &Account, id: &CredentialId) -> AdminError {
    AdminError::NotFound(format!(
        "{} has no secret {id}; `jeton secret list` shows its secrets",
        account.client_id
    ))
}

const LIVE_SECRETS: usize = 2;
