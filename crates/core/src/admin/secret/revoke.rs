//! Revoking secrets: one, or the old ones at the end of a rotation.

use std::time::Duration;

use jeton_admin::error::StateConflict;
use jeton_admin::request::IfInUse;

use crate::admin::secret::add::no_such_secret;
use crate::admin::{AdminError, Administrator};
use crate::keys::CLOCK_SKEW;
use crate::model::{Account, Credential, CredentialId, LastUse, Timestamp};
use crate::store::Action;

impl Administrator {
    /// Revokes a secret. Repeating it changes nothing.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if the account has no such secret, [`AdminError::Conflict`] if it is in use and
    /// `if_in_use` is [`IfInUse::Refuse`].
    pub async fn revoke_secret(
        &self,
        reference: &str,
        id: &CredentialId,
        if_in_use: IfInUse,
    ) -> Result<Account, AdminError> {
        let revoke = |account: &mut Account| {
            if account.credential(id).is_none() {
                return Err(no_such_secret(account, id));
            }
            revoke_all(account, std::slice::from_ref(id), if_in_use, self.now())
        };
        self.change_account(reference, Action::RevokeSecret, revoke).await.map(|(account, ())| account)
    }

    /// Finishes a rotation now: keeps the newest active secret and revokes the other active ones. Returns the account
    /// and the ids of the revoked secrets.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] if fewer than two secrets are active, or if one to be revoked is in use and `if_in_use`
    /// is [`IfInUse::Refuse`].
    pub async fn finish_rotation(
        &self,
        reference: &str,
        if_in_use: IfInUse,
    ) -> Result<(Account, Vec<CredentialId>), AdminError> {
        let finish = |account: &mut Account| {
            let active: Vec<&Credential> = account.active_credentials(self.now()).collect();
            let before: Vec<CredentialId> = match active.as_slice() {
                [] => return Err(StateConflict::NoActiveSecret(account.client_id.clone()).into()),
                [_] => return Err(StateConflict::OneActiveSecret(account.client_id.clone()).into()),
                [before @ .., _newest] => before.iter().map(|secret| secret.id.clone()).collect(),
            };
            revoke_all(account, &before, if_in_use, self.now())?;
            Ok(before)
        };
        self.change_account(reference, Action::FinishRotation, finish).await
    }
}

/// Revokes all of them or none.
fn revoke_all(
    account: &mut Account,
    ids: &[CredentialId],
    if_in_use: IfInUse,
    now: Timestamp,
) -> Result<(), AdminError> {
    let is_named = |secret: &&Credential| ids.contains(&secret.id);
    if if_in_use == IfInUse::Refuse {
        account
            .credentials
            .iter()
            .filter(is_named)
            .try_for_each(|secret| refuse_in_use(account, secret, now))?;
    }
    for secret in account.credentials.iter_mut().filter(|secret| ids.contains(&secret.id)) {
        secret.revoked_at.get_or_insert(now);
    }
    Ok(())
}

/// Refuses to end a secret that is probably still in use.
pub(in crate::admin) fn refuse_in_use(
    account: &Account,
    secret: &Credential,
    now: Timestamp,
) -> Result<(), AdminError> {
    let Some(last_use) = recent_use(secret, now) else { return Ok(()) };
    let (account, secret) = (account.client_id.clone(), secret.title());
    Err(StateConflict::SecretInUse { account, secret, last_use }.into())
}

/// The last use of an active secret, if it is so recent that the secret is probably still in use.
fn recent_use(secret: &Credential, now: Timestamp) -> Option<LastUse> {
    // A time in the future was recorded by a node whose clock was wrong.
    let is_recent = |at: Timestamp| at.after(RECENT) > now && at <= now.after(CLOCK_SKEW);
    secret.last_used.filter(|last_use| secret.is_active(now) && is_recent(last_use.at))
}

const RECENT: Duration = Duration::from_mins(10);
