//! Creating, enabling, disabling and restricting tenants.

use jeton_admin::error::NotFound;

use crate::admin::texts::check_text;
use crate::admin::{AdminError, Administrator, next_epoch, view::TenantView};
use crate::model::{Tenant, TenantName};
use crate::store::{Action, Attempt, Conflict, StoreError, Subject, retry_when_stale};

impl Administrator {
    /// Adds a tenant.
    ///
    /// # Errors
    /// [`AdminError::Conflict`] if the name is taken or cannot be taken yet, [`AdminError::Invalid`] if it has an invisible
    /// character.
    pub async fn create_tenant(&self, name: TenantName) -> Result<Tenant, AdminError> {
        check_text("the tenant name", name.as_str())?;
        retry_when_stale(|| async {
            let now = self.now();
            // Readers of the revocation feed remember the epoch of a tenant that had the name before.
            let former_epoch = self.former_name(&name).await?.map_or(0, |former| former.epoch);
            let tenant = Tenant {
                name: name.clone(),
                enabled: true,
                accounts_allowed: true,
                epoch: next_epoch(former_epoch, now),
                created_at: now,
                version: 1,
            };
            let subject = Subject::Tenant(name.clone());
            let audit =
                self.audit(Action::Create, Some(&name), subject, None, Some(TenantView::from(&tenant)));
            match self.store.add_tenant(&tenant, &audit).await {
                Err(StoreError::Conflict(Conflict::Exists)) => Err(self.tenant_name_taken(&name).await),
                written => Ok(Attempt::of(written, tenant)?),
            }
        })
        .await
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
    pub(in crate::admin) async fn change_tenant(
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
            let audit = self.audit(action, Some(name), subject, views.0, views.1);
            Ok(Attempt::of(self.store.replace_tenant(&after, &audit).await, after)?)
        })
        .await
    }
}
