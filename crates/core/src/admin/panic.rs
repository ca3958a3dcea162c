//! The answer to a leak: everything of an account is taken back at once, and later it gets a new secret.

use std::time::Duration;

use super::narrowing::{inherit, reachable, refuse_ungranted};
use super::secrets::MadeSecret;
use super::{AdminError, Administrator, NewSecret, SecretSource, SecretTerms, raised};
use crate::keys::LONGEST_TOKEN_TTL;
use crate::model::{Account, Credential, CredentialId, Timestamp};
use crate::store::Action;

/// What was taken back, and when nobody accepts the account's tokens any more.
#[derive(Debug)]
pub struct Panicked {
    /// The account as it is now.
    pub account: Account,
    /// The secrets that were live until now.
    pub revoked: Vec<CredentialId>,
    /// By this time every token is expired that was made under the lifetimes and grants as they are now, also for those
    /// who only look at a token's signature and its end.
    pub expired_at: Timestamp,
    /// By this time every token is expired, whatever lifetimes and grants were before.
    pub expired_at_the_latest: Timestamp,
}

impl Administrator {
    /// Revokes all live secrets of an account and kills its tokens, in one write. Doing it again is harmless.
    ///
    /// `default_ttl` is the lifetime of tokens for a resource that has none of its own.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when there is no such account.
    pub async fn panic(&self, reference: &str, default_ttl: Duration) -> Result<Panicked, AdminError> {
        let take_back = |account: &mut Account| {
            let now = self.now();
            account.epoch = raised(account.epoch, now);
            let live = account.credentials.iter_mut().filter(|secret| secret.is_live(now));
            Ok(live
                .map(|secret| {
                    secret.revoked_at = Some(now);
                    secret.id.clone()
                })
                .collect::<Vec<_>>())
        };
        let (account, revoked) = self.change_account(reference, Action::Panic, take_back).await?;
        let lifetime = self.longest_lifetime(&account, default_ttl).await?.unwrap_or(default_ttl);
        let expired_at = last_expiry(&account, lifetime, self.now());
        let expired_at_the_latest = last_expiry(&account, LONGEST_TOKEN_TTL, self.now());
        Ok(Panicked { account, revoked, expired_at, expired_at_the_latest })
    }

    /// Makes a new secret for an account that has no live one. Tokens from before are dead, whatever happened. The new
    /// secret may do no more than the last one did, where `terms` does not say what it may.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] when a secret is live, `terms` names a scope that the account has not, or the account
    /// would get no token anyway.
    pub async fn recover_account(
        &self,
        reference: &str,
        terms: SecretTerms,
    ) -> Result<NewSecret, AdminError> {
        let MadeSecret { credential, secret } = self.make_secret(SecretSource::Generate, terms)?;
        let resources = self.store.list_resources().await?;
        let recover = |account: &mut Account| {
            let now = self.now();
            refuse_unusable(account, now)?;
            if let Some(live) = account.live_credentials(now).next() {
                return Err(AdminError::Conflict(format!(
                    "{id} has a live secret ({live}), so there is nothing to recover; `jeton secret rotate {id}` \
                     replaces it, `jeton panic {id}` takes everything back",
                    id = account.client_id,
                    live = live.id,
                )));
            }
            refuse_ungranted(account, &credential.restriction, &resources)?;
            let mut credential = credential.clone();
            if let Some(last) = account.credentials.last() {
                inherit(&mut credential.restriction, &last.restriction);
            }
            account.epoch = raised(account.epoch, now);
            account.credentials.push(credential.clone());
            Ok(credential)
        };
        let (account, credential) = self.change_account(reference, Action::Recover, recover).await?;
        let grants = reachable(&account, &credential.restriction, &resources);
        Ok(NewSecret { account, credential, secret, grants })
    }
}

/// When the last token is over that any of the account's secrets, all of them dead, can have got.
fn last_expiry(account: &Account, lifetime: Duration, now: Timestamp) -> Timestamp {
    let last_token = |secret: &Credential| {
        let ends = [secret.revoked_at, secret.expires_at].into_iter().flatten();
        let last_use = ends.min().unwrap_or(now).after(IN_FORCE_WITHIN);
        // Not cut at the end of secret or account: that may have been set when the token was out.
        last_use.after(lifetime)
    };
    account.credentials.iter().map(last_token).max().unwrap_or(now)
}

fn refuse_unusable(account: &Account, now: Timestamp) -> Result<(), AdminError> {
    let (id, tenant) = (&account.client_id, account.tenant.name.as_str());
    let refused = |reason: String| Err(AdminError::Conflict(reason));
    if !account.enabled {
        refused(format!(
            "{id} is disabled, so a new secret would not work; `jeton account enable {id}` first"
        ))
    } else if account.is_expired(now) {
        refused(format!(
            "{id} is expired, so a new secret would not work; `jeton account update {id} --expires-in` first"
        ))
    } else if !account.tenant.admits_accounts() {
        refused(format!(
            "the tenant {tenant:?} of {id} is disabled or barred, so a new secret would not work; \
             `jeton tenant enable` or `jeton tenant update` first"
        ))
    } else {
        Ok(())
    }
}

/// Until then a node that has not heard yet may still issue a token (docs/architecture.md).
const IN_FORCE_WITHIN: Duration = Duration::from_secs(1);
