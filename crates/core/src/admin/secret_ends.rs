//! Taking secrets back: one, or those that a rotation leaves behind.

use std::time::Duration;

use jeton_protocol::ClientId;

use super::secrets::no_such_secret;
use super::{AdminError, Administrator};
use crate::keys::CLOCK_SKEW;
use crate::model::{Account, Credential, CredentialId, LastUse, Timestamp};
use crate::store::Action;

/// What happens to a secret that was used in the last ten minutes: whoever uses it stands still without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfInUse {
    /// It stays, and the error says who uses it.
    Refuse,
    /// It is taken back all the same.
    Revoke,
}

impl Administrator {
    /// Takes a secret back. Doing it again changes nothing.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when the account has no such secret, [`AdminError::Conflict`] when it is in use and
    /// `if_in_use` is to refuse that.
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

    /// Ends a rotation now: the newest live secret stays, the live ones before it are taken back. Returns the account
    /// and the ids of those.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] when fewer than two live, or one to be taken back is in use and `if_in_use` is to
    /// refuse that.
    pub async fn finish_rotation(
        &self,
        reference: &str,
        if_in_use: IfInUse,
    ) -> Result<(Account, Vec<CredentialId>), AdminError> {
        let finish = |account: &mut Account| {
            let live: Vec<&Credential> = account.live_credentials(self.now()).collect();
            let before: Vec<CredentialId> = match live.as_slice() {
                [] => {
                    return Err(nothing_to_finish(
                        account,
                        "has no live secret; `jeton secret add` makes one",
                    ));
                }
                [_] => return Err(nothing_to_finish(account, "has one live secret, which stays")),
                [before @ .., _newest] => before.iter().map(|secret| secret.id.clone()).collect(),
            };
            revoke_all(account, &before, if_in_use, self.now())?;
            Ok(before)
        };
        self.change_account(reference, Action::FinishRotation, finish).await
    }
}

/// All of them or none.
fn revoke_all(
    account: &mut Account,
    ids: &[CredentialId],
    if_in_use: IfInUse,
    now: Timestamp,
) -> Result<(), AdminError> {
    for secret in account.credentials.iter_mut().filter(|secret| ids.contains(&secret.id)) {
        match in_use(secret, now) {
            Some(last_use) if if_in_use == IfInUse::Refuse => {
                return Err(still_in_use(&account.client_id, secret, last_use));
            }
            Some(_) | None => _ = secret.revoked_at.get_or_insert(now),
        }
    }
    Ok(())
}

fn still_in_use(account: &ClientId, secret: &Credential, LastUse { at, from }: LastUse) -> AdminError {
    AdminError::Conflict(format!(
        "the secret {} of {account} is in use: last at {at} from {}; give whoever calls from there another secret \
         and wait ten minutes, or take it back now with --force",
        secret.title(),
        from.in_words()
    ))
}

fn nothing_to_finish(account: &Account, why: &str) -> AdminError {
    AdminError::Conflict(format!("there is no rotation to finish: {} {why}", account.client_id))
}

/// The last use of a live secret, where that is so short ago that there will be a next one.
fn in_use(secret: &Credential, now: Timestamp) -> Option<LastUse> {
    // A use in the future was written by a clock that was wrong.
    let is_recent = |at: Timestamp| at.after(RECENT) > now && at <= now.after(CLOCK_SKEW);
    secret.last_used.filter(|last_use| secret.is_live(now) && is_recent(last_use.at))
}

const RECENT: Duration = Duration::from_mins(10);
