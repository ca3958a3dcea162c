//! Adding, rotating and revoking an account's secrets.

use std::time::Duration;

use jeton_protocol::{ClientSecret, PresentedSecret, SecretShape};

use super::{AdminError, Administrator};
use crate::clock::random_bytes;
use crate::model::{Account, Credential, CredentialId, SecretKind};
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
}

/// Where a new secret comes from.
#[derive(Debug, Clone, Copy)]
pub enum SecretSource<'a> {
    /// From 256 random bits.
    Generate,
    /// From the administrator; 16 to 512 visible ASCII characters, not beginning like ours.
    Import(&'a PresentedSecret),
}

pub(super) struct MadeSecret {
    pub(super) credential: Credential,
    pub(super) secret: Option<ClientSecret>,
}

impl Administrator {
    /// Adds a second secret; both live until one is revoked or ends.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] when two live already, or a second one would be brought along,
    /// [`AdminError::Invalid`] when the one brought along breaks its rule.
    pub async fn add_secret(
        &self,
        reference: &str,
        source: SecretSource<'_>,
        label: Option<String>,
        expires_in: Option<Duration>,
    ) -> Result<NewSecret, AdminError> {
        let MadeSecret { credential, secret } = self.make_secret(source, label, expires_in)?;
        let add = |account: &mut Account| {
            self.refuse_third(account)?;
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
        Ok(NewSecret { account, credential, secret })
    }

    /// Adds a new secret and lets the old one die after `grace`.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] when two live already.
    pub async fn rotate_secret(
        &self,
        reference: &str,
        grace: Duration,
        label: Option<String>,
        expires_in: Option<Duration>,
    ) -> Result<NewSecret, AdminError> {
        let MadeSecret { credential, secret } =
            self.make_secret(SecretSource::Generate, label, expires_in)?;
        let rotate = |account: &mut Account| {
            self.refuse_third(account)?;
            let now = self.now();
            let end = now.after(grace);
            for old in account.credentials.iter_mut().filter(|old| old.is_live(now)) {
                old.expires_at = Some(old.expires_at.map_or(end, |own| own.min(end)));
            }
            account.credentials.push(credential.clone());
            Ok(())
        };
        let (account, ()) = self.change_account(reference, Action::RotateSecret, rotate).await?;
        Ok(NewSecret { account, credential, secret })
    }

    /// Takes a secret back. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when the account has no such secret.
    pub async fn revoke_secret(&self, reference: &str, id: &CredentialId) -> Result<Account, AdminError> {
        let revoke = |account: &mut Account| {
            let now = self.now();
            let Some(secret) = account.credentials.iter_mut().find(|secret| &secret.id == id) else {
                return Err(no_such_secret(account, id));
            };
            secret.revoked_at.get_or_insert(now);
            Ok(())
        };
        self.change_account(reference, Action::RevokeSecret, revoke).await.map(|(account, ())| account)
    }

    /// Makes a secret that nobody has yet.
    pub(super) fn make_secret(
        &self,
        source: SecretSource<'_>,
        label: Option<String>,
        expires_in: Option<Duration>,
    ) -> Result<MadeSecret, AdminError> {
        let now = self.now();
        let (kind, cost, secret) = match source {
            SecretSource::Generate => {
                let secret = ClientSecret::from_entropy(random_bytes(&*self.randomness));
                (SecretKind::Generated(self.indexer.lookup(&secret)), HashCost::Light, Some(secret))
            }
            SecretSource::Import(brought) => {
                check_import(brought)?;
                (SecretKind::Imported, HashCost::Heavy, None)
            }
        };
        let clear = match (&secret, source) {
            (Some(secret), _) => secret.expose(),
            (None, SecretSource::Import(brought)) => brought.expose(),
            (None, SecretSource::Generate) => "",
        };
        let credential = Credential {
            id: CredentialId::generate(random_bytes(&*self.randomness)),
            kind,
            label,
            hash: SecretHash::make(clear, cost, random_bytes(&*self.randomness))?,
            last_four: clear[clear.len() - 4..].to_owned(),
            created_at: now,
            expires_at: expires_in.map(|within| now.after(within)),
            revoked_at: None,
        };
        Ok(MadeSecret { credential, secret })
    }

    fn refuse_third(&self, account: &Account) -> Result<(), AdminError> {
        let live: Vec<&str> = account.live_credentials(self.now()).map(|secret| secret.id.as_str()).collect();
        if live.len() < LIVE_SECRETS {
            return Ok(());
        }
        Err(AdminError::Conflict(format!(
            "{} has two live secrets already ({}); revoke one with `jeton secret revoke`, or wait until one ends",
            account.client_id,
            live.join(", ")
        )))
    }
}

pub(super) fn no_such_secret(account: &Account, id: &CredentialId) -> AdminError {
    AdminError::NotFound(format!(
        "{} has no secret {id}; `jeton secret list` shows its secrets",
        account.client_id
    ))
}

fn check_import(secret: &PresentedSecret) -> Result<(), AdminError> {
    let text = secret.expose();
    let usable = (16..=512).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if usable && secret.shape() == SecretShape::Other {
        return Ok(());
    }
    Err(AdminError::Invalid(
        "the secret brought along is not usable: 16 to 512 visible ASCII characters, not beginning with jtnsk_".to_owned(),
    ))
}

const LIVE_SECRETS: usize = 2;
