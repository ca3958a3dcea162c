//! Leak response: revokes all secrets and tokens of an account at once, and later issues a new secret.

use std::time::Duration;

use jeton_admin::error::StateConflict;

use crate::admin::account::narrowing::{effective_grants, inherit, refuse_ungranted};
use crate::admin::secret::add::CreatedSecret;
use crate::admin::{AdminError, Administrator, NewSecret, SecretSource, SecretTerms, next_epoch};
use crate::keys::LONGEST_TOKEN_TTL;
use crate::model::{Account, Credential, CredentialId, Timestamp};
use crate::store::Action;

/// What was revoked, and when the account's tokens have expired for every verifier.
#[derive(Debug)]
pub struct PanicOutcome {
    /// The account as it is now.
    pub account: Account,
    /// The secrets that were revoked: those that were active.
    pub revoked: Vec<CredentialId>,
    /// By this time every token that was issued under the current lifetimes and grants has expired. Until then, APIs
    /// that check only signature and expiry accept it.
    pub expired_at: Timestamp,
    /// By this time every token has expired, whatever lifetimes and grants were before.
    pub expired_at_the_latest: Timestamp,
}

impl Administrator {
    /// Revokes all active secrets of an account and invalidates its tokens, in one write. It is safe to repeat.
    ///
    /// `default_ttl` is the token lifetime for resources without their own.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such account.
    pub async fn panic(&self, reference: &str, default_ttl: Duration) -> Result<PanicOutcome, AdminError> {
        let revoke_everything = |account: &mut Account| {
            let now = self.now();
            account.epoch = next_epoch(account.epoch, now);
            let active = account.credentials.iter_mut().filter(|secret| secret.is_active(now));
            Ok(active
                .map(|secret| {
                    secret.revoked_at = Some(now);
                    secret.id.clone()
                })
                .collect::<Vec<_>>())
        };
        let (account, revoked) = self.change_account(reference, Action::Panic, revoke_everything).await?;
        let lifetime = self.longest_lifetime(&account, default_ttl).await?.unwrap_or(default_ttl);
        let expired_at = last_expiry(&account, lifetime, self.now());
        let expired_at_the_latest = last_expiry(&account, LONGEST_TOKEN_TTL, self.now());
        Ok(PanicOutcome { account, revoked, expired_at, expired_at_the_latest })
    }

    /// Creates a new secret for an account without an active one, and invalidates tokens issued before. The new secret
    /// has the restriction of the last one, except where `terms` sets its own.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] if the account has an active secret, `terms` names a scope that the account is not
    /// granted, or the account cannot get tokens for another reason.
    pub async fn recover_account(
        &self,
        reference: &str,
        terms: SecretTerms,
    ) -> Result<NewSecret, AdminError> {
        let CreatedSecret { credential, secret } = self.create_secret(SecretSource::Generate, terms)?;
        let resources = self.store.list_resources().await?;
        let recover = |account: &mut Account| {
            let now = self.now();
            refuse_unusable(account, now)?;
            if let Some(active) = account.active_credentials(now).next() {
                let (account, secret) = (account.client_id.clone(), active.id.clone());
                return Err(StateConflict::ActiveSecret { account, secret }.into());
            }
            refuse_ungranted(account, &credential.restriction, &resources)?;
            let mut credential = credential.clone();
            if let Some(last) = account.credentials.last() {
                inherit(&mut credential.restriction, &last.restriction);
            }
            account.epoch = next_epoch(account.epoch, now);
            account.credentials.push(credential.clone());
            Ok(credential)
        };
        let (account, credential) = self.change_account(reference, Action::Recover, recover).await?;
        let grants = effective_grants(&account, &credential.restriction, &resources);
        Ok(NewSecret { account, credential, secret, grants })
    }
}

/// The time at which the last token expires that was requested with any secret of the account. All secrets must be
/// revoked or expired.
fn last_expiry(account: &Account, lifetime: Duration, now: Timestamp) -> Timestamp {
    let last_token = |secret: &Credential| {
        let ends = [secret.revoked_at, secret.expires_at].into_iter().flatten();
        let last_use = ends.min().unwrap_or(now).after(PROPAGATION_DELAY);
        // Not limited by the expiry of secret or account: that may have been set after the token was issued.
        last_use.after(lifetime)
    };
    account.credentials.iter().map(last_token).max().unwrap_or(now)
}

fn refuse_unusable(account: &Account, now: Timestamp) -> Result<(), AdminError> {
    let id = account.client_id.clone();
    if !account.enabled {
        Err(StateConflict::AccountDisabled(id).into())
    } else if account.is_expired(now) {
        Err(StateConflict::AccountExpired(id).into())
    } else if !account.tenant.admits_accounts() {
        Err(StateConflict::TenantBlocked { account: id, tenant: account.tenant.name.clone() }.into())
    } else {
        Ok(())
    }
}

/// How long a node may still issue tokens before it has read the change (docs/architecture.md).
const PROPAGATION_DELAY: Duration = Duration::from_secs(1);
