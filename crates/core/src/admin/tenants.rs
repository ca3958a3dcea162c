//! Creating, enabling, disabling and restricting tenants.

use jeton_admin::error::{AlreadyExists, NotFound};

use super::{AdminError, Administrator, next_epoch, texts::check_text, view::TenantView};
use crate::model::{Tenant, TenantName};
use crate::store::{Action, Attempt, Conflict, StoreError, Subject, retry_when_stale};

impl Administrator {
    /// Adds a tenant.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] if the name is taken, [`AdminError::Invalid`] if it has an invisible character.
    pub async fn create_tenant(&self, name: TenantName) -> Result<Tenant, AdminError> {
        check_text("the tenant name", name.as_str())?;
        let now = self.now();
        let tenant = Tenant {
            name,
            enabled: true,
            accounts_allowed: true,
            epoch: next_epoch(0, now),
            created_at: now,
            version: 1,
        };
        let subject = Subject::Tenant(tenant.name.clone());
        let audit = self.audit(Action::Create, subject, None, Some(TenantView::from(&tenant)));
        match self.store.add_tenant(&tenant, &audit).await {
            Ok(()) => Ok(tenant),
            Err(StoreError::Conflict(Conflict::Exists)) => Err(AlreadyExists::Tenant(tenant.name).into()),
            Err(error) => Err(error.into()),
        }
    }

    /// The tenant of this name.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such tenant.
    pub async fn find_tenant(&self, name: &TenantName) -> Result<Tenant, AdminError> {
        self.store.find_tenant(name).await?.ok_or_else(|| NotFound::Tenant(name.clone()).into())
    }

    /// Disables a tenant and permanently invalidates its tokens. Requests of its accounts are refused.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such tenant.
    pub async fn disable_tenant(&self, name: &TenantName) -> Result<Tenant, AdminError> {
        self.change_tenant(name, Action::Disable, |tenant| tenant.enabled = false).await
    }

    /// Enables a tenant. Tokens issued before it was disabled stay invalid.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such tenant.
    pub async fn enable_tenant(&self, name: &TenantName) -> Result<Tenant, AdminError> {
        self.change_tenant(name, Action::Enable, |tenant| tenant.enabled = true).await
    }

    /// Allows or forbids service accounts for a tenant. Forbidding permanently invalidates its tokens.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such tenant.
    pub async fn allow_accounts(&self, name: &TenantName, allowed: bool) -> Result<Tenant, AdminError> {
        self.change_tenant(name, Action::Update, |tenant| tenant.accounts_allowed = allowed).await
    }

    /// Applies `change`. Raises the epoch if the tenant admitted accounts before and no longer does.
    pub(super) async fn change_tenant(
        &self,
        name: &TenantName,
        action: Action,
        change: impl Fn(&mut Tenant),
    ) -> Result<Tenant, AdminError> {
        retry_when_stale(|| async {
            let before = self.find_tenant(name).await?;
            let mut after = before.clone();
            change(&mut after);
            if after == before {
                return Ok(Attempt::Done(after));
            }
            if before.admits_accounts() && !after.admits_accounts() {
                after.epoch = next_epoch(before.epoch, self.now());
            }
            let subject = Subject::Tenant(name.clone());
            let views = (Some(TenantView::from(&before)), Some(TenantView::from(&after)));
            let audit = self.audit(action, subject, views.0, views.1);
            Ok(Attempt::of(self.store.replace_tenant(&after, &audit).await, after)?)
        })
        .await
    }
}
