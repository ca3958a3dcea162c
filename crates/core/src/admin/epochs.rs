//! Revokes all tokens of an account, a tenant or the region at once, by raising an epoch (decision 0003).
//!
//! Secrets stay valid: clients get new tokens with the secrets they have.

use std::time::Duration;

use super::{AdminError, Administrator, next_epoch, view::RegionView};
use crate::keys::LONGEST_TOKEN_TTL;
use crate::model::{Account, Tenant, TenantName, Timestamp};
use crate::store::{Action, Attempt, Subject, retry_when_stale};

impl Administrator {
    /// Revokes all tokens of an account.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such account.
    pub async fn revoke_account_tokens(&self, reference: &str) -> Result<Account, AdminError> {
        let raise = |account: &mut Account| {
            account.epoch = next_epoch(account.epoch, self.now());
            Ok(())
        };
        self.change_account(reference, Action::RevokeTokens, raise).await.map(|(account, ())| account)
    }

    /// Revokes all tokens of a tenant's accounts, in all regions.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such tenant.
    pub async fn revoke_tenant_tokens(&self, name: &TenantName) -> Result<Tenant, AdminError> {
        let raise = |tenant: &mut Tenant| tenant.epoch = next_epoch(tenant.epoch, self.now());
        self.change_tenant(name, Action::RevokeTokens, raise).await
    }

    /// Revokes all tokens of the region and returns its new epoch.
    ///
    /// # Errors
    /// [`AdminError::Unavailable`] if the store does not answer.
    pub async fn revoke_region_tokens(&self) -> Result<i64, AdminError> {
        let view = |epoch| Some(RegionView { name: self.region.clone(), epoch });
        retry_when_stale(|| async {
            let before = self.store.find_region_epoch().await?;
            let after = next_epoch(before, self.now());
            let subject = Subject::Region(self.region.clone());
            let audit = self.audit(Action::RevokeTokens, None, subject, view(before), view(after));
            Ok(Attempt::of(self.store.replace_region_epoch(before, after, &audit).await, after)?)
        })
        .await
    }

    /// The time at which the last token issued to this account expires, if lifetimes were always as they are now. An
    /// API that validates tokens offline accepts revoked tokens until then. `default_ttl` is the configured default.
    ///
    /// # Errors
    /// [`AdminError::Unavailable`] if the store does not answer.
    pub async fn last_expiry(
        &self,
        account: &Account,
        default_ttl: Duration,
    ) -> Result<Timestamp, AdminError> {
        let lifetime = self.longest_lifetime(account, default_ttl).await?.unwrap_or_default();
        Ok(self.now().after(lifetime))
    }

    /// The longest lifetime of this account's tokens: its own setting, or the longest of the resources it has grants
    /// on. `None` if it has no grants, and so gets no tokens.
    pub(super) async fn longest_lifetime(
        &self,
        account: &Account,
        default_ttl: Duration,
    ) -> Result<Option<Duration>, AdminError> {
        if account.token_ttl.is_some() {
            return Ok(account.token_ttl);
        }
        let resources = self.store.list_resources().await?;
        let granted = resources.iter().filter(|resource| account.grants.contains_key(&resource.uri));
        Ok(granted.map(|resource| resource.token_ttl.unwrap_or(default_ttl)).max())
    }

    /// The time at which every token issued so far has expired, whatever lifetimes were set.
    #[must_use]
    pub fn last_expiry_of_all(&self) -> Timestamp {
        self.now().after(LONGEST_TOKEN_TTL)
    }
}
