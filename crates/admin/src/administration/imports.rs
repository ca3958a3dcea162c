//! Import of accounts from other servers.
//!
//! An import plans first: the checks here change nothing, so that a caller can find all faults of many accounts before
//! the first one is created.

use async_trait::async_trait;
use jeton_protocol::ClientId;

use crate::authority::Authority;
use crate::error::{AdminError, BatchError};
use crate::request::{AccountToImport, IfExists, SecretToImport};
use crate::value::{AccountName, TenantName};
use crate::view::{ImportMatch, ImportedAccountView, ImportedBatch};

/// Creates accounts with the client ids and secrets that they have on another server.
#[async_trait]
pub trait ImportAdministration: Send + Sync + std::fmt::Debug {
    /// Checks that accounts can be created for this tenant.
    async fn check_tenant(&self, by: &Authority, tenant: &TenantName) -> Result<(), AdminError>;

    /// Checks that `id` is not the name of another account. Does not check whether an account has this id.
    async fn check_new_id(&self, by: &Authority, id: &ClientId) -> Result<(), AdminError>;

    /// Checks that the account `id` of `tenant` can have this name.
    ///
    /// [`AlreadyExists::AccountName`](crate::error::AlreadyExists::AccountName) means that another account of the tenant
    /// has it.
    async fn check_new_name(
        &self,
        by: &Authority,
        tenant: &TenantName,
        name: &AccountName,
        id: &ClientId,
    ) -> Result<(), AdminError>;

    /// Compares `secret` with the secrets of the account `id`. `None` if there is no such account.
    async fn find_imported(
        &self,
        by: &Authority,
        id: &ClientId,
        secret: &SecretToImport,
    ) -> Result<Option<ImportMatch>, AdminError>;

    /// Creates an account with the client id and the secret that it has on another server.
    async fn import_account(
        &self,
        by: &Authority,
        import: AccountToImport,
    ) -> Result<ImportedAccountView, AdminError>;

    /// Creates many accounts with the client ids and secrets that they have on another server. Each has an audit record
    /// of its own.
    ///
    /// All are created or none. The one exception are ids of deleted accounts: each of these is created after the rest
    /// of the batch, in a transaction of its own. A batch of a thousand accounts is a good size.
    async fn import_accounts(
        &self,
        by: &Authority,
        accounts: Vec<AccountToImport>,
        if_exists: IfExists,
    ) -> Result<ImportedBatch, BatchError>;
}
