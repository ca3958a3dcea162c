//! Secrets.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::SecretAdministration;
use jeton_admin::error::AdminError;
use jeton_admin::request::{
    ExpiringSecretPage, IfInUse, SecretRotation, SecretTerms, SecretToImport, UnusedSecretPage,
};
use jeton_admin::value::CredentialId;
use jeton_admin::view::{
    AccountView, ExpiringSecretView, IssuedSecret, Leak, UnusedSecretView, UnusedSecretsView,
};
use jeton_protocol::PresentedSecret;

use super::StoreAdministration;
use crate::admin::{Administrator, NewSecret, SecretSource};
use crate::secrets::imported::ImportedSecret;

#[async_trait]
impl SecretAdministration for StoreAdministration {
    async fn add_secret(
        &self,
        by: &Authority,
        reference: &str,
        terms: SecretTerms,
    ) -> Result<IssuedSecret, AdminError> {
        let administrator = self.administrator(by);
        let new = administrator.add_secret(reference, SecretSource::Generate, terms).await?;
        Ok(administrator.issued(new))
    }

    async fn import_secret(
        &self,
        by: &Authority,
        reference: &str,
        secret: SecretToImport,
        terms: SecretTerms,
    ) -> Result<IssuedSecret, AdminError> {
        let administrator = self.administrator(by);
        let imported = ImportedSecret::parse(secret.text, secret.if_digest)?;
        let new = administrator.add_secret(reference, SecretSource::Import(&imported), terms).await?;
        Ok(administrator.issued(new))
    }

    async fn rotate_secret(
        &self,
        by: &Authority,
        reference: &str,
        rotation: SecretRotation,
    ) -> Result<IssuedSecret, AdminError> {
        let administrator = self.administrator(by);
        let new = administrator.rotate_secret(reference, rotation).await?;
        Ok(administrator.issued(new))
    }

    async fn finish_rotation(
        &self,
        by: &Authority,
        reference: &str,
        if_in_use: IfInUse,
    ) -> Result<(AccountView, Vec<CredentialId>), AdminError> {
        let administrator = self.administrator(by);
        let (account, revoked) = administrator.finish_rotation(reference, if_in_use).await?;
        Ok((administrator.view(&account), revoked))
    }

    async fn revoke_secret(
        &self,
        by: &Authority,
        reference: &str,
        id: &CredentialId,
        if_in_use: IfInUse,
    ) -> Result<AccountView, AdminError> {
        let administrator = self.administrator(by);
        let account = administrator.revoke_secret(reference, id, if_in_use).await?;
        Ok(administrator.view(&account))
    }

    async fn list_expiring_secrets(
        &self,
        by: &Authority,
        page: &ExpiringSecretPage,
    ) -> Result<Vec<ExpiringSecretView>, AdminError> {
        let expiring = self.administrator(by).list_expiring_secrets(page).await?;
        Ok(expiring.iter().map(ExpiringSecretView::from).collect())
    }

    async fn list_unused_secrets(
        &self,
        by: &Authority,
        page: &UnusedSecretPage,
    ) -> Result<UnusedSecretsView, AdminError> {
        let unused = self.administrator(by).list_unused_secrets(page).await?;
        let secrets = unused.secrets.iter().map(UnusedSecretView::from).collect();
        Ok(UnusedSecretsView { secrets, next: unused.next })
    }

    async fn check_leak(&self, by: &Authority, leaked: &PresentedSecret) -> Result<Leak, AdminError> {
        self.administrator(by).check_leak(leaked).await
    }
}

impl Administrator {
    /// The new secret as administrators see it.
    pub(super) fn issued(&self, new: NewSecret) -> IssuedSecret {
        let secret = new.credential.view(self.now());
        IssuedSecret { account: self.view(&new.account), secret, value: new.secret, grants: new.grants }
    }
}
