//! Keeping accounts.

use async_trait::async_trait;
use jeton_protocol::ClientId;

use super::{AuditEntry, ExpiringSecret, ExpiringSecretPage, SecretUse, Snapshot, StoreError};
use crate::model::{Account, AccountName, SecretLookup, TenantName};

/// Keeps accounts with their grants and credentials, each account as one value.
#[async_trait]
pub trait AccountStore: Send + Sync + std::fmt::Debug {
    /// The account of this id, read together with its tenant in one snapshot; deleted ones are absent. Absence must take
    /// as many statements as presence: else the time tells a caller which ids exist.
    async fn find_account(&self, id: &ClientId) -> Result<Snapshot<Option<Account>>, StoreError>;

    /// The epoch that is kept of a deleted account of this id; nothing where there never was one, or where there is
    /// one now.
    async fn find_deleted_epoch(&self, id: &ClientId) -> Result<Option<i64>, StoreError>;

    /// Whether there is or was an account of this id in any region; a deleted one counts for as long as the store lives.
    async fn is_account_id(&self, id: &ClientId) -> Result<bool, StoreError>;

    /// All accounts of this name, of any tenant: at most one each.
    async fn find_accounts_by_name(&self, name: &AccountName) -> Result<Vec<Account>, StoreError>;

    /// The account with the generated secret of this lookup, in whatever state the secret is.
    async fn find_account_by_lookup(&self, lookup: &SecretLookup) -> Result<Option<Account>, StoreError>;

    /// A page of accounts in the order of their ids.
    async fn list_accounts(&self, page: &AccountPage) -> Result<Vec<Account>, StoreError>;

    /// Adds an account with its grants and credentials; no credential was used yet, whatever `account` says.
    ///
    /// [`Conflict::Exists`](super::Conflict) when the id, or the name within the tenant, is taken;
    /// [`Conflict::Missing`](super::Conflict) when the tenant or a granted scope is gone;
    /// [`Conflict::NameIsAnId`](super::Conflict) when [`is_account_id`](Self::is_account_id) holds for the name and it is
    /// not the account's own id; [`Conflict::IdIsAName`](super::Conflict) when an account of another id, in any region, has
    /// the id as its name. Of two writers at once that would break this together, one is refused.
    async fn add_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Replaces an account's own fields, grants and credentials; the tenant is not written.
    ///
    /// `account.version` is the version that was read; [`Conflict::Stale`](super::Conflict) when another writer
    /// was faster. The stored version becomes one higher. Credentials are never removed: those of `account` are
    /// added or updated by id, but for their last use. A name that the account does not have yet is refused as by
    /// [`add_account`](Self::add_account).
    async fn replace_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Deletes an account: it is found no more, its credentials and grants are gone, its name is free again.
    /// The epoch in `account` is kept beside its id, so that a later import of the same id revives no token.
    async fn delete_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Writes down when secrets were last used. A later use that is known already stays; what is gone is passed over.
    ///
    /// This is no change of an account: its version stays, nothing is audited, no node forgets it.
    async fn record_uses(&self, uses: &[SecretUse]) -> Result<(), StoreError>;

    /// A page of the accounts that have live secrets and lose the last of them soon, each with that one, in the order
    /// of their ends. Accounts that get no tokens anyway, being disabled or over or by their tenant, are left out.
    async fn list_expiring_secrets(
        &self,
        page: &ExpiringSecretPage,
    ) -> Result<Vec<ExpiringSecret>, StoreError>;
}

/// Which accounts to list.
#[derive(Debug, Clone, Default)]
pub struct AccountPage {
    /// Only those after this id.
    pub after: Option<ClientId>,
    /// Only those of this tenant.
    pub tenant: Option<TenantName>,
    /// At most this many.
    pub limit: u32,
}
