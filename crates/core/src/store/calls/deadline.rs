//! The time limit of every call that a node makes to its store: a store that never answers must not keep a request or a
//! background task waiting forever.
//!
//! [`DeadlineStore`] wraps a store, so that a part of the node cannot forget the limit. Administrators use the store
//! itself: a command may wait longer than a request.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jeton_protocol::{ClientId, RegionName, ResourceUri};

use crate::model::{
    Account, AccountName, Key, Resource, Revocation, SecretLookup, Tenant, TenantName, Timestamp,
};
use crate::store::transfer::Fence;
use crate::store::{
    AccountCount, AccountList, AccountPage, AccountStore, Announcement, AuditEntry, AuditFilter, AuditLog,
    AuditPage, AuditRecord, BulkStore, CALL_TIMEOUT, Catalog, ChainPage, ChangeAnnouncements, ChangeFeed,
    ChangeSource, Changes, ClientRevocation, ControlStore, ExpiringSecret, ExpiringSecretPage,
    FormerTenantName, KeyChange, KeyStore, NodeReport, NodeStore, Position, RaisedEpochs, RegionStore,
    ResourceStore, ResourceUsers, RevocationNumber, RevocationPage, RevocationRange, RevocationStore,
    RevocationSummaryStore, SecretUse, Snapshot, Store, StoreError, StoredChain, TenantRename, TenantStore,
    UnusedSecretPage, UnusedSecrets,
};

/// A store whose calls fail if they take too long: reads with [`StoreError::Unavailable`], writes with
/// [`StoreError::OutcomeUnknown`].
#[derive(Debug)]
pub(crate) struct DeadlineStore(Arc<dyn Store>);

impl DeadlineStore {
    /// Limits the calls of `store`.
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self(store)
    }
}

/// The result of a write, or an error if it takes longer than a request may wait.
pub(crate) async fn with_deadline<T>(
    write: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    within(WRITE, write).await
}

/// How long a call may take, and what is known if it takes longer.
#[derive(Debug, Clone, Copy)]
struct Limit {
    time: Duration,
    late: fn(Box<dyn std::error::Error + Send + Sync>) -> StoreError,
}

async fn within<T>(limit: Limit, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    match tokio::time::timeout(limit.time, call).await {
        Ok(done) => done,
        Err(_) => Err((limit.late)("no response within the time limit".into())),
    }
}

/// Implements ports: each method calls the same method of the inner store, within `$limit`.
macro_rules! limit {
    ($($port:ident { $($method:ident($($name:ident: $type:ty),*) -> $value:ty, $limit:ident;)* })*) => {$(
        #[async_trait]
        impl $port for DeadlineStore {
            $(async fn $method(&self, $($name: $type),*) -> Result<$value, StoreError> {
                within($limit, self.0.$method($($name),*)).await
            })*
        }
    )*};
}

limit! {
    AccountStore {
        find_account(id: &ClientId, at_least: Position) -> Snapshot<Option<Account>>, READ;
        find_deleted_epoch(id: &ClientId) -> Option<i64>, READ;
        is_account_id(id: &ClientId) -> bool, READ;
        find_other_region(id: &ClientId) -> Option<RegionName>, READ;
        count_accounts() -> u64, SCAN;
        list_client_ids(after: Option<&ClientId>, limit: u32) -> Vec<ClientId>, READ;
        find_accounts_by_name(name: &AccountName) -> Vec<Account>, READ;
        find_account_by_lookup(lookup: &SecretLookup) -> Option<Account>, READ;
        list_accounts(page: &AccountPage, now: Timestamp) -> AccountList<Account>, READ;
        add_account(account: &Account, audit: &AuditEntry) -> (), WRITE;
        replace_account(account: &Account, audit: &AuditEntry) -> (), WRITE;
        delete_account(account: &Account, audit: &AuditEntry) -> (), WRITE;
        record_uses(uses: &[SecretUse]) -> (), WRITE;
        list_expiring_secrets(page: &ExpiringSecretPage) -> Vec<ExpiringSecret>, SCAN;
        list_unused_secrets(page: &UnusedSecretPage) -> UnusedSecrets, SCAN;
    }
    BulkStore {
        add_accounts(accounts: &[Account], audit: &[AuditEntry]) -> (), LONG_WRITE;
        add_revocations(revocations: &[Revocation], audit: &[AuditEntry]) -> (), LONG_WRITE;
    }
    ResourceStore {
        find_resource(uri: &ResourceUri) -> Option<Resource>, READ;
        list_resources() -> Vec<Resource>, READ;
        list_resource_users(uri: &ResourceUri, limit: u32) -> ResourceUsers, SCAN;
        add_resource(resource: &Resource, audit: &AuditEntry) -> (), WRITE;
        replace_resource(resource: &Resource, audit: &AuditEntry) -> (), WRITE;
        delete_resource(resource: &Resource, audit: &AuditEntry) -> (), WRITE;
    }
    TenantStore {
        find_tenant(name: &TenantName) -> Option<Tenant>, READ;
        find_former_tenant_name(name: &TenantName) -> Option<FormerTenantName>, READ;
        list_tenants() -> Vec<Tenant>, READ;
        count_tenant_accounts(tenant: &TenantName) -> AccountCount, SCAN;
        count_accounts_by_tenant() -> BTreeMap<TenantName, AccountCount>, SCAN;
        find_longest_client_id(tenant: &TenantName) -> Option<ClientId>, SCAN;
        add_tenant(tenant: &Tenant, audit: &AuditEntry) -> (), WRITE;
        replace_tenant(tenant: &Tenant, audit: &AuditEntry) -> (), WRITE;
        rename_tenant(rename: &TenantRename, audit: &AuditEntry) -> (), LONG_WRITE;
        delete_tenant(tenant: &Tenant, audit: &AuditEntry) -> (), LONG_WRITE;
    }
    RegionStore {
        find_region_epoch() -> i64, READ;
        check_writable() -> (), WRITE;
        find_fence() -> Option<Fence>, READ;
        replace_region_epoch(read: i64, epoch: i64, audit: &AuditEntry) -> (), WRITE;
    }
    KeyStore {
        list_keys() -> Vec<Key>, READ;
        change_keys(change: &KeyChange, audit: &AuditEntry) -> (), WRITE;
        find_master_key_check() -> Option<Vec<u8>>, READ;
        claim_master_key(check: &[u8]) -> Vec<u8>, WRITE;
    }
    RevocationStore {
        add_revocation(revocation: &Revocation, audit: &AuditEntry) -> (), WRITE;
        add_client_revocations(revocations: &[Revocation]) -> (), WRITE;
        list_revocations(after: RevocationNumber, limit: u32) -> RevocationPage, READ;
        list_raised_epochs(since: i64, limit: u32) -> RaisedEpochs, READ;
        remove_revocations(expired_before: Timestamp, limit: u32) -> u64, WRITE;
    }
    RevocationSummaryStore {
        find_summarized() -> RevocationNumber, READ;
        list_client_revocations(region: &RegionName, range: RevocationRange, limit: u32) -> Vec<ClientRevocation>, READ;
        add_revocation_summary(summarized: RevocationNumber, last: RevocationNumber, audit: &AuditEntry) -> (), WRITE;
    }
    ChangeFeed {
        find_catalog() -> Snapshot<Catalog>, READ;
        list_changes(after: Position, limit: u32) -> Changes, READ;
    }
    AuditLog {
        list_audit(filter: &AuditFilter, page: &AuditPage) -> Vec<AuditRecord>, READ;
        list_chains() -> Vec<StoredChain>, READ;
        list_chain(page: &ChainPage) -> Vec<AuditRecord>, READ;
    }
    NodeStore {
        report_node(report: &NodeReport, forget_before: Timestamp) -> (), WRITE;
        list_nodes() -> Vec<NodeReport>, READ;
        remove_node(id: &str) -> (), WRITE;
    }
}

impl ControlStore for DeadlineStore {
    fn for_control(&self) -> Arc<dyn Store> {
        Arc::new(Self(self.0.for_control()))
    }
}

/// Without a limit: they wait for other processes, and no request waits for them.
#[async_trait]
impl ChangeAnnouncements for DeadlineStore {
    async fn exchange_announcements(&self) {
        self.0.exchange_announcements().await;
    }

    async fn wait_for_announcement(&self) -> Announcement {
        self.0.wait_for_announcement().await
    }

    fn change_source(&self) -> Option<ChangeSource> {
        self.0.change_source()
    }
}

const READ: Limit = Limit { time: CALL_TIMEOUT, late: StoreError::Unavailable };
const WRITE: Limit = Limit { time: CALL_TIMEOUT, late: StoreError::OutcomeUnknown };
const SCAN: Limit = Limit { time: MAX_SCAN, late: StoreError::Unavailable };
const LONG_WRITE: Limit = Limit { time: MAX_SCAN, late: StoreError::OutcomeUnknown };

/// A scan or a batch of many rows in the background. No request waits for it.
const MAX_SCAN: Duration = Duration::from_secs(30);
