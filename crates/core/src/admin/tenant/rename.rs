//! Renaming tenants, and which names a tenant can get.
//!
//! Tokens say the name that their tenant had when they were issued, and readers of the revocation feed remember the
//! highest epoch of each name. So a name that another tenant had is given again only if no unexpired token has it, and
//! only with a higher epoch (decision 0021).

use jeton_admin::error::{AlreadyExists, StateConflict};

use super::delete::refuse_default;
use crate::admin::account::token_length::{account_too_long, longest_id};
use crate::admin::texts::check_text;
use crate::admin::{AdminError, Administrator, view::TenantView};
use crate::model::{Tenant, TenantName};
use crate::store::{
    Action, Attempt, Conflict, FORMER_NAME_IN_TOKENS, FormerTenantName, StoreError, Subject, TenantRename,
    retry_when_stale,
};

impl Administrator {
    /// Renames a tenant. Its accounts keep their ids, secrets and tokens, and its epoch stays.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such tenant, [`AdminError::Conflict`] if it is the default tenant or the
    /// name is taken or cannot be taken yet, [`AdminError::Invalid`] if the name has an invisible character or is too
    /// long for the tokens of an account.
    pub async fn rename_tenant(&self, name: &TenantName, new: &TenantName) -> Result<Tenant, AdminError> {
        check_text("the tenant name", new.as_str())?;
        retry_when_stale(|| async {
            let before = self.find_tenant(name).await?;
            if name == new {
                return Ok(Attempt::Done(before));
            }
            refuse_default(name)?;
            let after = Tenant { name: new.clone(), ..before.clone() };
            self.check_former_name(&after, name).await?;
            let views = (Some(TenantView::from(&before)), Some(TenantView::from(&after)));
            let audit =
                self.audit(Action::Rename, Some(name), Subject::Tenant(name.clone()), views.0, views.1);
            let longest_id = longest_id(new);
            let rename = TenantRename { from: name.clone(), tenant: after.clone(), longest_id };
            match self.store.rename_tenant(&rename, &audit).await {
                Err(StoreError::Conflict(Conflict::Exists)) => Err(self.tenant_name_taken(new).await),
                Err(StoreError::Conflict(Conflict::TooLong)) => Err(self.name_too_long(name, new).await),
                written => Ok(Attempt::of(written, after)?),
            }
        })
        .await
    }

    /// The name that another tenant gave up, if there is one.
    pub(super) async fn former_name(
        &self,
        name: &TenantName,
    ) -> Result<Option<FormerTenantName>, AdminError> {
        Ok(self.store.find_former_tenant_name(name).await?)
    }

    /// The error for a name that the store did not accept.
    pub(super) async fn tenant_name_taken(&self, name: &TenantName) -> AdminError {
        match self.former_name(name).await {
            Ok(former) => match former.and_then(|former| self.in_tokens(name, &former)) {
                Some(conflict) => conflict.into(),
                None => AlreadyExists::Tenant(name.clone()).into(),
            },
            Err(error) => error,
        }
    }

    /// A rename keeps the epoch, so it cannot raise it above that of the tenant that had the name before.
    async fn check_former_name(&self, renamed: &Tenant, from: &TenantName) -> Result<(), AdminError> {
        let former = self.former_name(&renamed.name).await?;
        let Some(former) = former.filter(|former| former.tenant.as_ref() != Some(from)) else {
            return Ok(());
        };
        if let Some(conflict) = self.in_tokens(&renamed.name, &former) {
            return Err(conflict.into());
        }
        if former.epoch >= renamed.epoch {
            let (name, tenant) = (renamed.name.clone(), from.clone());
            return Err(StateConflict::NameWithLaterEpoch { name, tenant }.into());
        }
        Ok(())
    }

    /// The conflict if unexpired tokens may still have the former name.
    fn in_tokens(&self, name: &TenantName, former: &FormerTenantName) -> Option<StateConflict> {
        let (tenant, free_at) = (former.tenant.clone()?, former.given_up_at.after(FORMER_NAME_IN_TOKENS));
        (free_at > self.now()).then(|| StateConflict::NameInTokens { name: name.clone(), tenant, free_at })
    }

    async fn name_too_long(&self, name: &TenantName, new: &TenantName) -> AdminError {
        match self.store.find_longest_client_id(name).await {
            Ok(Some(id)) => account_too_long(&id, new),
            // The account was deleted in the meantime.
            Ok(None) => StateConflict::Busy.into(),
            Err(error) => error.into(),
        }
    }
}
