//! Taking back all tokens of an account, a tenant or the region at once, by raising an epoch (decision 0003).
//!
//! Nothing else is changed: clients fetch new tokens with the secrets they have.

use std::time::Duration;

use super::{ATTEMPTS, AdminError, Administrator, raised, view::RegionView};
use crate::keys::LONGEST_TOKEN_TTL;
use crate::model::{Account, Tenant, TenantName, Timestamp};
use crate::store::{Action, Conflict, StoreError, Subject};

impl Administrator {
    /// Takes back all tokens of an account.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when there is none.
    pub async fn revoke_account_tokens(&self, reference: &str) -> Result<Account, AdminError> {
        let raise = |account: &mut Account| {
            account.epoch = raised(account.epoch, self.now());
            Ok(())
        };
        self.change_account(reference, Action::RevokeTokens, raise).await.map(|(account, ())| account)
    }

    /// Takes back all tokens of a tenant's accounts, in all regions.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when there is none.
    pub async fn revoke_tenant_tokens(&self, name: &TenantName) -> Result<Tenant, AdminError> {
        let raise = |tenant: &mut Tenant| tenant.epoch = raised(tenant.epoch, self.now());
        self.change_tenant(name, Action::RevokeTokens, raise).await
    }

    /// Takes back all tokens of the region, and returns its new epoch.
    ///
    /// # Errors
    /// [`AdminError::Store`] when the store does not answer.
    pub async fn revoke_region_tokens(&self) -> Result<i64, AdminError> {
        let view = |epoch| Some(RegionView { name: self.region.clone(), epoch });
        for _ in 0..ATTEMPTS {
            let before = self.store.find_region_epoch().await?;
            let after = raised(before, self.now());
            let subject = Subject::Region(self.region.clone());
            let audit = self.audit(Action::RevokeTokens, subject, view(before), view(after));
            match self.store.replace_region_epoch(before, after, &audit).await {
                Ok(()) => return Ok(after),
                Err(StoreError::Conflict(Conflict::Stale)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict(Conflict::Stale).into())
    }

    /// When the last token that this account has been given has expired, if lifetimes were what they are now; an API
    /// that checks tokens by itself takes a revoked one until then. `default_ttl` is the configuration's.
    ///
    /// # Errors
    /// [`AdminError::Store`] when the store does not answer.
    pub async fn last_expiry(
        &self,
        account: &Account,
        default_ttl: Duration,
    ) -> Result<Timestamp, AdminError> {
        let lifetime = self.longest_lifetime(account, default_ttl).await?.unwrap_or_default();
        Ok(self.now().after(lifetime))
    }

    /// The longest that a token of this account lives: its own setting, or the longest among the resources
    /// it is granted; `None` when it is granted none, and so gets no token.
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

    /// When every token that there is has expired, whatever lifetimes were.
    #[must_use]
    pub fn last_expiry_of_all(&self) -> Timestamp {
        self.now().after(LONGEST_TOKEN_TTL)
    }
}
