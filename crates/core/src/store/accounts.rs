//! Storage of accounts.

use async_trait::async_trait;
use jeton_admin::request::AccountPage;
use jeton_admin::view::AccountList;
use jeton_protocol::{ClientId, RegionName};

use super::{
    AuditEntry, ExpiringSecret, ExpiringSecretPage, Position, SecretUse, Snapshot, StoreError,
    UnusedSecretPage, UnusedSecrets,
};
use crate::model::{Account, AccountName, SecretLookup, Timestamp};

/// Stores accounts with their grants and credentials, each account as one value.
#[async_trait]
pub trait AccountStore: Send + Sync + std::fmt::Debug {
    /// The account of this id, read together with its tenant in one snapshot; `None` for a deleted one. Looking up a
    /// missing account must take as many statements as an existing one. Otherwise the response time tells a caller
    /// which ids exist.
    ///
    /// The snapshot is at or after the position `at_least` of the change feed. A store that is behind it, for example a
    /// replica, or a database that was restored from a backup, returns [`StoreError::Unavailable`] for every id: its
    /// answer may be older than changes that the caller has already applied.
    async fn find_account(
        &self,
        id: &ClientId,
        at_least: Position,
    ) -> Result<Snapshot<Option<Account>>, StoreError>;

    /// The epoch of the deleted account of this id; `None` if no account of this id was deleted or if one exists now.
    async fn find_deleted_epoch(&self, id: &ClientId) -> Result<Option<i64>, StoreError>;

    /// Whether an account of this id exists or existed in any region. Deleted accounts count forever.
    async fn is_account_id(&self, id: &ClientId) -> Result<bool, StoreError>;

    /// Another region of the database that has an account of this id; deleted accounts do not count.
    async fn find_other_region(&self, id: &ClientId) -> Result<Option<RegionName>, StoreError>;

    /// How many accounts the region has, in any state; deleted accounts do not count.
    async fn count_accounts(&self) -> Result<u64, StoreError>;

    /// The next client ids of existing accounts after `after`, in their order.
    async fn list_client_ids(
        &self,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientId>, StoreError>;

    /// All accounts of this name, at most one per tenant.
    async fn find_accounts_by_name(&self, name: &AccountName) -> Result<Vec<Account>, StoreError>;

    /// The account with the generated secret of this lookup digest. The secret may be in any state.
    async fn find_account_by_lookup(&self, lookup: &SecretLookup) -> Result<Option<Account>, StoreError>;

    /// A page of accounts. Their states are those at `now`.
    ///
    /// Looks through at most [`ACCOUNTS_PER_PAGE`] accounts in the order of the list and evaluates the filter for each.
    /// The total counts if the region has no more accounts than that.
    async fn list_accounts(
        &self,
        page: &AccountPage,
        now: Timestamp,
    ) -> Result<AccountList<Account>, StoreError>;

    /// Adds an account with its grants and credentials. The last uses in `account` are not stored.
    ///
    /// [`Conflict::Exists`](super::Conflict) if the id, or the name within the tenant, is taken.
    /// [`Conflict::Missing`](super::Conflict) if the tenant, a resource or a granted scope does not exist.
    /// [`Conflict::Stale`](super::Conflict) if an account of this id was deleted and the epoch is not higher than its.
    /// [`Conflict::NameIsAnId`](super::Conflict) if the name is the id of another account according to
    /// [`is_account_id`](Self::is_account_id). [`Conflict::IdIsAName`](super::Conflict) if an account with another id,
    /// in any region, has this id as its name. If two concurrent writes would together break these rules, one is
    /// refused.
    async fn add_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Replaces the fields, grants and credentials of an account. The tenant is not written.
    ///
    /// `account.version` is the version that was read; [`Conflict::Stale`](super::Conflict) if another writer changed
    /// the account since. The stored version increases by one. Credentials are never removed: those of `account` are
    /// added or updated by id, except their last use. A changed name is checked as in
    /// [`add_account`](Self::add_account).
    async fn replace_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Deletes an account with its credentials and grants. Its name is free again. The id and the epoch in `account`
    /// stay stored, so that a later import of the same id does not make old tokens valid again.
    async fn delete_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError>;

    /// Stores when secrets were last used. A later use that is already stored is kept. Unknown accounts and secrets are
    /// ignored.
    ///
    /// This is not a change of the account: its version stays, there is no audit record, and nodes keep it cached.
    async fn record_uses(&self, uses: &[SecretUse]) -> Result<(), StoreError>;

    /// A page of the accounts whose last active secret expires soon, each with that secret, ordered by expiry. Accounts
    /// that cannot get tokens are left out: disabled or expired ones, and those of a tenant that does not admit
    /// accounts.
    async fn list_expiring_secrets(
        &self,
        page: &ExpiringSecretPage,
    ) -> Result<Vec<ExpiringSecret>, StoreError>;

    /// A page of the active secrets that were not used for some time. The one that was not used for the longest time
    /// comes first; a secret that was never used counts from its creation. Accounts that cannot get tokens are left
    /// out, as in [`list_expiring_secrets`](Self::list_expiring_secrets).
    ///
    /// A page must not read the secrets that were used more recently, so that it is fast with a million accounts.
    async fn list_unused_secrets(&self, page: &UnusedSecretPage) -> Result<UnusedSecrets, StoreError>;
}

/// How many accounts a page of a list looks through, so that it takes a few hundredths of a second.
pub const ACCOUNTS_PER_PAGE: u32 = 5_000;
