//! A wrapper of the real store that can be made unavailable or hang, and that counts calls.

use std::collections::BTreeMap;
use std::future::pending;
use std::ops::Deref;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, RwLock};

use async_trait::async_trait;
use jeton_core::model::{
    Account, AccountName, Key, Resource, Revocation, SecretLookup, Tenant, TenantName, Timestamp,
};
use jeton_core::store::transfer::Fence;
use jeton_core::store::{
    AccountCount, AccountList, AccountPage, AccountStore, Announcement, AuditEntry, AuditFilter, AuditLog,
    AuditPage, AuditRecord, BulkStore, Catalog, ChainPage, ChangeAnnouncements, ChangeFeed, ChangeSource,
    Changes, ClientRevocation, ControlStore, ExpiringSecret, ExpiringSecretPage, FormerTenantName, KeyChange,
    KeyStore, NodeReport, NodeStore, Position, RaisedEpochs, RegionStore, ResourceStore, ResourceUsers,
    RevocationNumber, RevocationPage, RevocationRange, RevocationStore, RevocationSummaryStore, SecretUse,
    Snapshot, Store, StoreError, StoredChain, TenantRename, TenantStore, UnusedSecretPage, UnusedSecrets,
};
use jeton_protocol::{ClientId, RegionName, ResourceUri};
use tokio::sync::Notify;
use tokio::time::Instant;

/// A store that a test can make unavailable. Clones share the state.
#[derive(Debug, Clone)]
pub(crate) struct FragileStore(Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    inner: RwLock<Arc<dyn Store>>,
    state: AtomicU8,
    calls: AtomicU64,
    last_replacement: Mutex<Option<AuditEntry>>,
    last_at_least: Mutex<Option<Position>>,
    /// How many more calls succeed before the store is unavailable.
    left: AtomicU64,
    /// How many more reads of the change feed, or writes of revocations, panic.
    panics: AtomicU64,
    /// The sizes of the groups of clients' revocations that were written.
    groups: Mutex<Vec<usize>>,
    announced: Mutex<Option<Announcement>>,
    bell: Notify,
    change_source: Mutex<Option<ChangeSource>>,
}

impl Deref for FragileStore {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

impl ControlStore for FragileStore {
    fn for_control(&self) -> Arc<dyn Store> {
        Arc::new(self.clone())
    }
}

/// Announcements pass, whatever the state.
#[async_trait]
impl ChangeAnnouncements for FragileStore {
    async fn exchange_announcements(&self) {
        pending::<()>().await;
    }

    async fn wait_for_announcement(&self) -> Announcement {
        loop {
            if let Some(announcement) = self.announced.lock().unwrap().take() {
                return announcement;
            }
            self.bell.notified().await;
        }
    }

    fn change_source(&self) -> Option<ChangeSource> {
        *self.change_source.lock().unwrap()
    }
}

impl FragileStore {
    pub(crate) fn new(inner: Arc<dyn Store>) -> Self {
        Self(Arc::new(Shared {
            inner: RwLock::new(inner),
            state: AtomicU8::new(UP),
            calls: AtomicU64::new(0),
            left: AtomicU64::new(u64::MAX),
            last_replacement: Mutex::new(None),
            last_at_least: Mutex::new(None),
            panics: AtomicU64::new(0),
            groups: Mutex::default(),
            announced: Mutex::default(),
            bell: Notify::new(),
            change_source: Mutex::default(),
        }))
    }

    /// From now on every call fails at once.
    pub(crate) fn make_unavailable(&self) {
        self.state.store(UNAVAILABLE, Ordering::SeqCst);
    }

    /// After `calls` more calls every call fails at once.
    pub(crate) fn make_unavailable_after(&self, calls: u64) {
        self.left.store(calls, Ordering::SeqCst);
    }

    /// The next read of the change feed, or write of clients' revocations, panics.
    pub(crate) fn panic_once(&self) {
        self.panics.store(1, Ordering::SeqCst);
    }

    /// From now on every write fails.
    pub(crate) fn refuse_writes(&self) {
        self.state.store(READ_ONLY, Ordering::SeqCst);
    }

    /// From now on no call is ever answered.
    pub(crate) fn hang(&self) {
        self.state.store(HANGING, Ordering::SeqCst);
    }

    /// From now on the file counts as replaced.
    pub(crate) fn replace_file(&self) {
        self.state.store(REPLACED, Ordering::SeqCst);
    }

    /// From now on the catalog cannot be read; everything else can.
    pub(crate) fn hide_catalog(&self) {
        self.state.store(NO_CATALOG, Ordering::SeqCst);
    }

    /// From now on a revocation is written, but the call returns an error.
    pub(crate) fn lose_acknowledgements(&self) {
        self.state.store(NO_ACKNOWLEDGEMENT, Ordering::SeqCst);
    }

    /// From now on, more than one revocation at once is refused as if one of them was at fault.
    pub(crate) fn refuse_groups(&self) {
        self.state.store(NO_GROUPS, Ordering::SeqCst);
    }

    /// The sizes of the groups of clients' revocations that were written.
    pub(crate) fn groups(&self) -> Vec<usize> {
        self.groups.lock().unwrap().clone()
    }

    /// Announces changes, as a store does that can.
    pub(crate) fn announce(&self, committed: Instant) {
        *self.announced.lock().unwrap() = Some(Announcement { committed });
        self.bell.notify_one();
    }

    /// From now on the store says that changes are learned in this way.
    pub(crate) fn set_change_source(&self, source: ChangeSource) {
        *self.change_source.lock().unwrap() = Some(source);
    }

    /// Switches to another store.
    pub(crate) fn replace(&self, store: Arc<dyn Store>) {
        *self.inner.write().unwrap() = store;
    }

    /// Every call succeeds again.
    pub(crate) fn restore(&self) {
        self.state.store(UP, Ordering::SeqCst);
        self.left.store(u64::MAX, Ordering::SeqCst);
    }

    /// How many calls there were.
    pub(crate) fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// The audit entry of the last replaced account.
    pub(crate) fn last_replacement(&self) -> Option<AuditEntry> {
        self.last_replacement.lock().unwrap().clone()
    }

    /// The position that the last read of an account had to include.
    pub(crate) fn last_at_least(&self) -> Option<Position> {
        *self.last_at_least.lock().unwrap()
    }

    async fn pass(&self) -> Result<Arc<dyn Store>, StoreError> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let is_last = |left: u64| left.checked_sub(1);
        if self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, is_last).is_err() {
            return Err(StoreError::Unavailable("made unavailable by the test".into()));
        }
        match self.state.load(Ordering::SeqCst) {
            UNAVAILABLE => Err(StoreError::Unavailable("made unavailable by the test".into())),
            REPLACED => Err(StoreError::Replaced { place: "jeton.db".to_owned() }),
            HANGING => pending().await,
            _ => Ok(Arc::clone(&self.inner.read().unwrap())),
        }
    }
}

impl FragileStore {
    async fn pass_for_write(&self) -> Result<Arc<dyn Store>, StoreError> {
        let store = self.pass().await?;
        if self.state.load(Ordering::SeqCst) == READ_ONLY {
            return Err(StoreError::Unavailable("made read-only by the test".into()));
        }
        Ok(store)
    }

    fn acknowledge(&self) -> Result<(), StoreError> {
        if self.state.load(Ordering::SeqCst) == NO_ACKNOWLEDGEMENT {
            return Err(StoreError::Unavailable("the acknowledgement was lost by the test".into()));
        }
        Ok(())
    }
}

const UP: u8 = 0;
const UNAVAILABLE: u8 = 1;
const HANGING: u8 = 2;
const NO_CATALOG: u8 = 3;
const READ_ONLY: u8 = 4;
const NO_ACKNOWLEDGEMENT: u8 = 5;
const REPLACED: u8 = 6;
const NO_GROUPS: u8 = 7;

#[async_trait]
impl AccountStore for FragileStore {
    async fn find_account(
        &self,
        id: &ClientId,
        at_least: Position,
    ) -> Result<Snapshot<Option<Account>>, StoreError> {
        *self.last_at_least.lock().unwrap() = Some(at_least);
        self.pass().await?.find_account(id, at_least).await
    }

    async fn find_deleted_epoch(&self, id: &ClientId) -> Result<Option<i64>, StoreError> {
        self.pass().await?.find_deleted_epoch(id).await
    }

    async fn is_account_id(&self, id: &ClientId) -> Result<bool, StoreError> {
        self.pass().await?.is_account_id(id).await
    }

    async fn find_other_region(&self, id: &ClientId) -> Result<Option<RegionName>, StoreError> {
        self.pass().await?.find_other_region(id).await
    }

    async fn count_accounts(&self) -> Result<u64, StoreError> {
        self.pass().await?.count_accounts().await
    }

    async fn list_client_ids(
        &self,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientId>, StoreError> {
        self.pass().await?.list_client_ids(after, limit).await
    }

    async fn find_accounts_by_name(&self, name: &AccountName) -> Result<Vec<Account>, StoreError> {
        self.pass().await?.find_accounts_by_name(name).await
    }

    async fn find_account_by_lookup(&self, lookup: &SecretLookup) -> Result<Option<Account>, StoreError> {
        self.pass().await?.find_account_by_lookup(lookup).await
    }

    async fn list_accounts(
        &self,
        page: &AccountPage,
        now: Timestamp,
    ) -> Result<AccountList<Account>, StoreError> {
        self.pass().await?.list_accounts(page, now).await
    }

    async fn add_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.add_account(account, audit).await
    }

    async fn replace_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.replace_account(account, audit).await?;
        *self.last_replacement.lock().unwrap() = Some(audit.clone());
        Ok(())
    }

    async fn delete_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.delete_account(account, audit).await
    }

    async fn record_uses(&self, uses: &[SecretUse]) -> Result<(), StoreError> {
        self.pass_for_write().await?.record_uses(uses).await
    }

    async fn list_expiring_secrets(
        &self,
        page: &ExpiringSecretPage,
    ) -> Result<Vec<ExpiringSecret>, StoreError> {
        self.pass().await?.list_expiring_secrets(page).await
    }

    async fn list_unused_secrets(&self, page: &UnusedSecretPage) -> Result<UnusedSecrets, StoreError> {
        self.pass().await?.list_unused_secrets(page).await
    }
}

#[async_trait]
impl BulkStore for FragileStore {
    async fn add_accounts(&self, accounts: &[Account], audit: &[AuditEntry]) -> Result<(), StoreError> {
        self.pass_for_write().await?.add_accounts(accounts, audit).await
    }

    async fn add_revocations(
        &self,
        revocations: &[Revocation],
        audit: &[AuditEntry],
    ) -> Result<(), StoreError> {
        self.pass_for_write().await?.add_revocations(revocations, audit).await
    }
}

#[async_trait]
impl ResourceStore for FragileStore {
    async fn find_resource(&self, uri: &ResourceUri) -> Result<Option<Resource>, StoreError> {
        self.pass().await?.find_resource(uri).await
    }

    async fn list_resources(&self) -> Result<Vec<Resource>, StoreError> {
        self.pass().await?.list_resources().await
    }

    async fn list_resource_users(&self, uri: &ResourceUri, limit: u32) -> Result<ResourceUsers, StoreError> {
        self.pass().await?.list_resource_users(uri, limit).await
    }

    async fn add_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.add_resource(resource, audit).await
    }

    async fn replace_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.replace_resource(resource, audit).await
    }

    async fn delete_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.delete_resource(resource, audit).await
    }
}

#[async_trait]
impl TenantStore for FragileStore {
    async fn find_tenant(&self, name: &TenantName) -> Result<Option<Tenant>, StoreError> {
        self.pass().await?.find_tenant(name).await
    }

    async fn list_tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        self.pass().await?.list_tenants().await
    }

    async fn find_former_tenant_name(
        &self,
        name: &TenantName,
    ) -> Result<Option<FormerTenantName>, StoreError> {
        self.pass().await?.find_former_tenant_name(name).await
    }

    async fn count_tenant_accounts(&self, tenant: &TenantName) -> Result<AccountCount, StoreError> {
        self.pass().await?.count_tenant_accounts(tenant).await
    }

    async fn count_accounts_by_tenant(&self) -> Result<BTreeMap<TenantName, AccountCount>, StoreError> {
        self.pass().await?.count_accounts_by_tenant().await
    }

    async fn find_longest_client_id(&self, tenant: &TenantName) -> Result<Option<ClientId>, StoreError> {
        self.pass().await?.find_longest_client_id(tenant).await
    }

    async fn add_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.add_tenant(tenant, audit).await
    }

    async fn replace_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.replace_tenant(tenant, audit).await
    }

    async fn rename_tenant(&self, rename: &TenantRename, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.rename_tenant(rename, audit).await
    }

    async fn delete_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.delete_tenant(tenant, audit).await
    }
}

#[async_trait]
impl RegionStore for FragileStore {
    async fn find_region_epoch(&self) -> Result<i64, StoreError> {
        self.pass().await?.find_region_epoch().await
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.pass_for_write().await?.check_writable().await
    }

    async fn find_fence(&self) -> Result<Option<Fence>, StoreError> {
        self.pass().await?.find_fence().await
    }

    async fn replace_region_epoch(
        &self,
        read: i64,
        epoch: i64,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.pass_for_write().await?.replace_region_epoch(read, epoch, audit).await
    }
}

#[async_trait]
impl RevocationStore for FragileStore {
    async fn add_revocation(&self, revocation: &Revocation, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.add_revocation(revocation, audit).await?;
        self.acknowledge()
    }

    async fn add_client_revocations(&self, revocations: &[Revocation]) -> Result<(), StoreError> {
        assert!(self.panics.swap(0, Ordering::SeqCst) == 0, "a defect in a write");
        if self.state.load(Ordering::SeqCst) == NO_GROUPS && revocations.len() > 1 {
            return Err(StoreError::Corrupt("one of them is refused by the test".into()));
        }
        self.groups.lock().unwrap().push(revocations.len());
        self.pass_for_write().await?.add_client_revocations(revocations).await?;
        self.acknowledge()
    }

    async fn list_revocations(
        &self,
        after: RevocationNumber,
        limit: u32,
    ) -> Result<RevocationPage, StoreError> {
        self.pass().await?.list_revocations(after, limit).await
    }

    async fn list_raised_epochs(&self, since: i64, limit: u32) -> Result<RaisedEpochs, StoreError> {
        self.pass().await?.list_raised_epochs(since, limit).await
    }

    async fn remove_revocations(&self, expired_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        self.pass_for_write().await?.remove_revocations(expired_before, limit).await
    }
}

#[async_trait]
impl RevocationSummaryStore for FragileStore {
    async fn find_summarized(&self) -> Result<RevocationNumber, StoreError> {
        self.pass().await?.find_summarized().await
    }

    async fn list_client_revocations(
        &self,
        region: &RegionName,
        range: RevocationRange,
        limit: u32,
    ) -> Result<Vec<ClientRevocation>, StoreError> {
        self.pass().await?.list_client_revocations(region, range, limit).await
    }

    async fn add_revocation_summary(
        &self,
        summarized: RevocationNumber,
        last: RevocationNumber,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.pass_for_write().await?.add_revocation_summary(summarized, last, audit).await
    }
}

#[async_trait]
impl KeyStore for FragileStore {
    async fn list_keys(&self) -> Result<Vec<Key>, StoreError> {
        self.pass().await?.list_keys().await
    }

    async fn change_keys(&self, change: &KeyChange, audit: &AuditEntry) -> Result<(), StoreError> {
        self.pass_for_write().await?.change_keys(change, audit).await
    }

    async fn find_master_key_check(&self) -> Result<Option<Vec<u8>>, StoreError> {
        self.pass().await?.find_master_key_check().await
    }

    async fn claim_master_key(&self, check: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.pass_for_write().await?.claim_master_key(check).await
    }
}

#[async_trait]
impl ChangeFeed for FragileStore {
    async fn find_catalog(&self) -> Result<Snapshot<Catalog>, StoreError> {
        if self.state.load(Ordering::SeqCst) == NO_CATALOG {
            return Err(StoreError::Corrupt("made unreadable by the test".into()));
        }
        self.pass().await?.find_catalog().await
    }

    async fn list_changes(&self, after: Position, limit: u32) -> Result<Changes, StoreError> {
        assert!(self.panics.swap(0, Ordering::SeqCst) == 0, "a defect in a background task");
        self.pass().await?.list_changes(after, limit).await
    }
}

#[async_trait]
impl AuditLog for FragileStore {
    async fn list_audit(
        &self,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        self.pass().await?.list_audit(filter, page).await
    }

    async fn list_chains(&self) -> Result<Vec<StoredChain>, StoreError> {
        self.pass().await?.list_chains().await
    }

    async fn list_chain(&self, page: &ChainPage) -> Result<Vec<AuditRecord>, StoreError> {
        self.pass().await?.list_chain(page).await
    }
}

#[async_trait]
impl NodeStore for FragileStore {
    async fn report_node(&self, report: &NodeReport, forget_before: Timestamp) -> Result<(), StoreError> {
        self.pass_for_write().await?.report_node(report, forget_before).await
    }

    async fn list_nodes(&self) -> Result<Vec<NodeReport>, StoreError> {
        self.pass().await?.list_nodes().await
    }

    async fn remove_node(&self, id: &str) -> Result<(), StoreError> {
        self.pass_for_write().await?.remove_node(id).await
    }
}
