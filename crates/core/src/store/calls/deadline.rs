//! The time limit of every call that a node makes to its store: a store that never answers must not keep a request or a
//! background task waiting forever.
//!
//! [`DeadlineStore`] wraps a store, so that a part of the node cannot forget the limit. A command may wait longer than a
//! request, but not without end either.

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
pub(crate) struct DeadlineStore {
    store: Arc<dyn Store>,
    limits: Limits,
}

impl DeadlineStore {
    /// Limits the calls of a node to `store`.
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, limits: NODE }
    }
}

/// A store for a command, whose calls fail if the database does not answer for a minute, or for ten minutes if the call
/// reads or writes all rows of a table.
#[must_use]
pub fn for_command(store: Arc<dyn Store>) -> Arc<dyn Store> {
    Arc::new(DeadlineStore { store, limits: COMMAND })
}

/// The result of a write, or an error if it takes longer than a request may wait.
pub(crate) async fn write_with_deadline<T>(
    write: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    NODE.within(WRITE, write).await
}

/// The result of a read, or an error if it takes longer than a request may wait.
pub(crate) async fn read_with_deadline<T>(
    read: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    NODE.within(READ, read).await
}

/// How long calls may take.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Of a few rows.
    short: Duration,
    /// Of many rows.
    long: Duration,
}

impl Limits {
    async fn within<T>(
        self,
        kind: Kind,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let limit = if kind.is_long { self.long } else { self.short };
        match tokio::time::timeout(limit, call).await {
            Ok(done) => done,
            Err(_) => Err((kind.late)(format!("no response within {limit:?}").into())),
        }
    }
}

/// Which limit a call has, and what is known if it takes longer.
#[derive(Debug, Clone, Copy)]
struct Kind {
    is_long: bool,
    late: fn(Box<dyn std::error::Error + Send + Sync>) -> StoreError,
}

/// Implements ports: each method calls the same method of the inner store, within the limit of `$kind`.
macro_rules! limit {
    ($($port:ident { $($method:ident($($name:ident: $type:ty),*) -> $value:ty, $kind:ident;)* })*) => {$(
        #[async_trait]
        impl $port for DeadlineStore {
            $(async fn $method(&self, $($name: $type),*) -> Result<$value, StoreError> {
                self.limits.within($kind, self.store.$method($($name),*)).await
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
        Arc::new(Self { store: self.store.for_control(), limits: self.limits })
    }
}

/// Without a limit: they wait for other processes, and no request waits for them.
#[async_trait]
impl ChangeAnnouncements for DeadlineStore {
    async fn exchange_announcements(&self) {
        self.store.exchange_announcements().await;
    }

    async fn wait_for_announcement(&self) -> Announcement {
        self.store.wait_for_announcement().await
    }

    fn change_source(&self) -> Option<ChangeSource> {
        self.store.change_source()
    }
}

const READ: Kind = Kind { is_long: false, late: StoreError::Unavailable };
const WRITE: Kind = Kind { is_long: false, late: StoreError::OutcomeUnknown };
const SCAN: Kind = Kind { is_long: true, late: StoreError::Unavailable };
const LONG_WRITE: Kind = Kind { is_long: true, late: StoreError::OutcomeUnknown };

/// No request waits for a scan or a batch of many rows in the background.
const NODE: Limits = Limits { short: CALL_TIMEOUT, long: Duration::from_secs(30) };
const COMMAND: Limits = Limits { short: Duration::from_mins(1), long: Duration::from_mins(10) };

#[cfg(test)]
mod tests {
    use std::future::pending;

    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_ends_after_its_time_and_only_a_write_may_be_stored() {
        for (limits, kind, seconds, is_unknown) in [
            (NODE, READ, 0.9, false),
            (NODE, WRITE, 0.9, true),
            (NODE, SCAN, 30.0, false),
            (NODE, LONG_WRITE, 30.0, true),
            (COMMAND, READ, 60.0, false),
            (COMMAND, WRITE, 60.0, true),
            (COMMAND, SCAN, 600.0, false),
            (COMMAND, LONG_WRITE, 600.0, true),
        ] {
            let began = Instant::now();
            let error = limits.within(kind, pending::<Result<(), StoreError>>()).await.unwrap_err();
            assert!((began.elapsed().as_secs_f64() - seconds).abs() < 0.01, "{:?}", began.elapsed());
            assert_eq!(matches!(error, StoreError::OutcomeUnknown(_)), is_unknown, "{error:?}");
        }
    }
}
