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
use crate::store::{
    AccountCount, AccountList, AccountPage, AccountStore, Announcement, AuditEntry, AuditFilter, AuditLog,
    AuditPage, AuditRecord, BulkStore, Catalog, ChainPage, ChangeAnnouncements, ChangeFeed, ChangeSource,
    Changes, ClientRevocation, ControlStore, ExpiringSecret, ExpiringSecretPage, FormerTenantName, KeyChange,
    KeyStore, NodeReport, NodeStore, Position, RaisedEpochs, RegionStore, ResourceStore, ResourceUsers,
    RevocationNumber, RevocationPage, RevocationRange, RevocationStore, RevocationSummaryStore, SecretUse,
    Snapshot, Store, StoreError, StoredChain, TenantRename, TenantStore, UnusedSecretPage, UnusedSecrets,
};

/// A store whose calls fail with [`StoreError::Unavailable`] if they take too long. A write that fails in this way may
/// still be stored.
#[derive(Debug)]
pub(crate) struct DeadlineStore(Arc<dyn Store>);

impl DeadlineStore {
    /// Limits the calls of `store`.
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self(store)
    }
}

/// The result of a call, or an error if it takes longer than a request may wait.
pub(crate) async fn with_deadline<T>(
    call: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    within(MAX_CALL, call).await
}

async fn within<T>(
    limit: Duration,
    call: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(limit, call).await {
        Ok(done) => done,
        Err(_) => Err(StoreError::Unavailable("no response within the time limit".into())),
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
        find_account(id: &ClientId, at_least: Position) -> Snapshot<Option<Account>>, MAX_CALL;
        find_deleted_epoch(id: &ClientId) -> Option<i64>, MAX_CALL;
        is_account_id(id: &ClientId) -> bool, MAX_CALL;
        find_other_region(id: &ClientId) -> Option<RegionName>, MAX_CALL;
        count_accounts() -> u64, MAX_SCAN;
        list_client_ids(after: Option<&ClientId>, limit: u32) -> Vec<ClientId>, MAX_CALL;
        find_accounts_by_name(name: &AccountName) -> Vec<Account>, MAX_CALL;
        find_account_by_lookup(lookup: &SecretLookup) -> Option<Account>, MAX_CALL;
        list_accounts(page: &AccountPage, now: Timestamp) -> AccountList<Account>, MAX_CALL;
        add_account(account: &Account, audit: &AuditEntry) -> (), MAX_CALL;
        replace_account(account: &Account, audit: &AuditEntry) -> (), MAX_CALL;
        delete_account(account: &Account, audit: &AuditEntry) -> (), MAX_CALL;
        record_uses(uses: &[SecretUse]) -> (), MAX_CALL;
        list_expiring_secrets(page: &ExpiringSecretPage) -> Vec<ExpiringSecret>, MAX_SCAN;
        list_unused_secrets(page: &UnusedSecretPage) -> UnusedSecrets, MAX_SCAN;
    }
    BulkStore {
        add_accounts(accounts: &[Account], audit: &[AuditEntry]) -> (), MAX_SCAN;
        add_revocations(revocations: &[Revocation], audit: &[AuditEntry]) -> (), MAX_SCAN;
    }
    ResourceStore {
        find_resource(uri: &ResourceUri) -> Option<Resource>, MAX_CALL;
        list_resources() -> Vec<Resource>, MAX_CALL;
        list_resource_users(uri: &ResourceUri, limit: u32) -> ResourceUsers, MAX_SCAN;
        add_resource(resource: &Resource, audit: &AuditEntry) -> (), MAX_CALL;
        replace_resource(resource: &Resource, audit: &AuditEntry) -> (), MAX_CALL;
        delete_resource(resource: &Resource, audit: &AuditEntry) -> (), MAX_CALL;
    }
    TenantStore {
        find_tenant(name: &TenantName) -> Option<Tenant>, MAX_CALL;
        find_former_tenant_name(name: &TenantName) -> Option<FormerTenantName>, MAX_CALL;
        list_tenants() -> Vec<Tenant>, MAX_CALL;
        count_tenant_accounts(tenant: &TenantName) -> AccountCount, MAX_SCAN;
        count_accounts_by_tenant() -> BTreeMap<TenantName, AccountCount>, MAX_SCAN;
        find_longest_client_id(tenant: &TenantName) -> Option<ClientId>, MAX_SCAN;
        add_tenant(tenant: &Tenant, audit: &AuditEntry) -> (), MAX_CALL;
        replace_tenant(tenant: &Tenant, audit: &AuditEntry) -> (), MAX_CALL;
        rename_tenant(rename: &TenantRename, audit: &AuditEntry) -> (), MAX_SCAN;
        delete_tenant(tenant: &Tenant, audit: &AuditEntry) -> (), MAX_SCAN;
    }
    RegionStore {
        find_region_epoch() -> i64, MAX_CALL;
        check_writable() -> (), MAX_CALL;
        replace_region_epoch(read: i64, epoch: i64, audit: &AuditEntry) -> (), MAX_CALL;
    }
    KeyStore {
        list_keys() -> Vec<Key>, MAX_CALL;
        change_keys(change: &KeyChange, audit: &AuditEntry) -> (), MAX_CALL;
        find_master_key_check() -> Option<Vec<u8>>, MAX_CALL;
        claim_master_key(check: &[u8]) -> Vec<u8>, MAX_CALL;
    }
    RevocationStore {
        add_revocation(revocation: &Revocation, audit: &AuditEntry) -> (), MAX_CALL;
        add_client_revocations(revocations: &[Revocation]) -> (), MAX_CALL;
        list_revocations(after: RevocationNumber, limit: u32) -> RevocationPage, MAX_CALL;
        list_raised_epochs(since: i64, limit: u32) -> RaisedEpochs, MAX_CALL;
        remove_revocations(expired_before: Timestamp, limit: u32) -> u64, MAX_CALL;
    }
    RevocationSummaryStore {
        find_summarized() -> RevocationNumber, MAX_CALL;
        list_client_revocations(region: &RegionName, range: RevocationRange, limit: u32) -> Vec<ClientRevocation>, MAX_CALL;
        add_revocation_summary(summarized: RevocationNumber, last: RevocationNumber, audit: &AuditEntry) -> (), MAX_CALL;
    }
    ChangeFeed {
        find_catalog() -> Snapshot<Catalog>, MAX_CALL;
        list_changes(after: Position, limit: u32) -> Changes, MAX_CALL;
    }
    AuditLog {
        list_audit(filter: &AuditFilter, page: &AuditPage) -> Vec<AuditRecord>, MAX_CALL;
        list_chains() -> Vec<StoredChain>, MAX_CALL;
        list_chain(page: &ChainPage) -> Vec<AuditRecord>, MAX_CALL;
    }
    NodeStore {
        report_node(report: &NodeReport, forget_before: Timestamp) -> (), MAX_CALL;
        list_nodes() -> Vec<NodeReport>, MAX_CALL;
        remove_node(id: &str) -> (), MAX_CALL;
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

/// A request waits no longer for the store, so that a 503 response is sent within a second.
const MAX_CALL: Duration = Duration::from_millis(900);
/// A scan or a batch of many rows in the background. No request waits for it.
const MAX_SCAN: Duration = Duration::from_secs(30);
