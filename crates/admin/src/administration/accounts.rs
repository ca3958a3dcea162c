//! Administration of service accounts.

use async_trait::async_trait;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::request::{AccountPage, AccountUpdate, Entitlement, NewAccount, SecretTerms};
use crate::view::{AccountList, AccountView, IssuedSecret, PanicReport, RevokedTokens};

/// Creates, changes, finds and deletes accounts. An operation that fails has changed nothing.
#[async_trait]
pub trait AccountAdministration: Send + Sync + std::fmt::Debug {
    /// The account of `reference`: a client id, `TENANT/NAME`, or a name that only one account has.
    async fn find_account(&self, by: &Authority, reference: &str) -> Result<AccountView, AdminError>;

    /// A page of the region's accounts.
    async fn list_accounts(
        &self,
        by: &Authority,
        page: &AccountPage,
    ) -> Result<AccountList<AccountView>, AdminError>;

    /// How many accounts the region has, in any state.
    async fn count_accounts(&self, by: &Authority) -> Result<u64, AdminError>;

    /// Creates an account with its first secret.
    async fn create_account(&self, by: &Authority, new: NewAccount) -> Result<IssuedSecret, AdminError>;

    /// Changes the settings of an account, not its grants or secrets.
    async fn update_account(
        &self,
        by: &Authority,
        reference: &str,
        update: &AccountUpdate,
    ) -> Result<AccountView, AdminError>;

    /// Disables an account and permanently invalidates its tokens.
    async fn disable_account(&self, by: &Authority, reference: &str) -> Result<AccountView, AdminError>;

    /// Enables an account. Tokens issued before it was disabled stay invalid.
    async fn enable_account(&self, by: &Authority, reference: &str) -> Result<AccountView, AdminError>;

    /// Deletes an account and invalidates its tokens. Returns it as it was.
    async fn delete_account(&self, by: &Authority, reference: &str) -> Result<AccountView, AdminError>;

    /// Adds grants and introspection rights.
    async fn grant(
        &self,
        by: &Authority,
        reference: &str,
        entitlement: &Entitlement,
    ) -> Result<AccountView, AdminError>;

    /// Removes grants and introspection rights, and invalidates the account's tokens.
    async fn ungrant(
        &self,
        by: &Authority,
        reference: &str,
        entitlement: &Entitlement,
    ) -> Result<AccountView, AdminError>;

    /// Revokes all tokens of an account. Its secrets stay valid.
    async fn revoke_account_tokens(
        &self,
        by: &Authority,
        reference: &str,
    ) -> Result<RevokedTokens<AccountView>, AdminError>;

    /// Revokes all secrets and tokens of an account at once. It is safe to repeat.
    async fn panic(&self, by: &Authority, reference: &str) -> Result<PanicReport, AdminError>;

    /// Creates a new secret for an account without an active one. Tokens issued before stay invalid.
    async fn recover_account(
        &self,
        by: &Authority,
        reference: &str,
        terms: SecretTerms,
    ) -> Result<IssuedSecret, AdminError>;
}
