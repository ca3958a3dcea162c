//! Administration of the secrets of accounts.

use async_trait::async_trait;

use jeton_protocol::PresentedSecret;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::request::{
    ExpiringSecretPage, IfInUse, SecretRotation, SecretTerms, SecretToImport, UnusedSecretPage,
};
use crate::value::CredentialId;
use crate::view::{AccountView, ExpiringSecretView, IssuedSecret, Leak, UnusedSecretsView};

/// Issues, rotates, revokes and finds secrets. An operation that fails has changed nothing.
#[async_trait]
pub trait SecretAdministration: Send + Sync + std::fmt::Debug {
    /// Adds a second, generated secret. Both are active until one is revoked or expires.
    async fn add_secret(
        &self,
        by: &Authority,
        reference: &str,
        terms: SecretTerms,
    ) -> Result<IssuedSecret, AdminError>;

    /// Adds a secret that the client has already.
    async fn import_secret(
        &self,
        by: &Authority,
        reference: &str,
        secret: SecretToImport,
        terms: SecretTerms,
    ) -> Result<IssuedSecret, AdminError>;

    /// Adds a secret and expires the old one after a grace period.
    async fn rotate_secret(
        &self,
        by: &Authority,
        reference: &str,
        rotation: SecretRotation,
    ) -> Result<IssuedSecret, AdminError>;

    /// Finishes a rotation now: keeps the newest active secret and revokes the other active ones. Returns the account and
    /// the ids of the revoked secrets.
    async fn finish_rotation(
        &self,
        by: &Authority,
        reference: &str,
        if_in_use: IfInUse,
    ) -> Result<(AccountView, Vec<CredentialId>), AdminError>;

    /// Revokes a secret. Repeating it changes nothing.
    async fn revoke_secret(
        &self,
        by: &Authority,
        reference: &str,
        id: &CredentialId,
        if_in_use: IfInUse,
    ) -> Result<AccountView, AdminError>;

    /// A page of the accounts whose last active secret expires soon, ordered by expiry. Fails if there is no such
    /// tenant.
    async fn list_expiring_secrets(
        &self,
        by: &Authority,
        page: &ExpiringSecretPage,
    ) -> Result<Vec<ExpiringSecretView>, AdminError>;

    /// A page of the active secrets that were not used for some time, of accounts that can get tokens. Fails if there
    /// is no such tenant.
    async fn list_unused_secrets(
        &self,
        by: &Authority,
        page: &UnusedSecretPage,
    ) -> Result<UnusedSecretsView, AdminError>;

    /// Identifies a leaked string by its form and at most one look-up.
    async fn check_leak(&self, by: &Authority, leaked: &PresentedSecret) -> Result<Leak, AdminError>;
}
