//! The node's in-memory cache of the store, and how it follows the store's changes (decision 0005).
//!
//! Accounts are cached when first requested. Resources, keys and revoked tokens are cached completely. The cache is
//! current as long as the node follows the change feed, so its entries have no time to live. When the change feed
//! cannot be read, the cache is used for at most `serve_stale_for`. When the database's file was replaced, the cache is
//! not used at all (decision 0018).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use jeton_protocol::{ClientId, ResourceUri};
use quick_cache::sync::Cache;
use tracing::warn;

use crate::clock::Clock;
use crate::keys::{KeyKeeper, KeyRing, KeyRingError};
use crate::memory::revoked_tokens::RevokedTokens;
use crate::model::{Account, Algorithm, KeyId, Resource, TenantName};
use crate::refusal::reason::Unavailable;
use crate::revocation_feed::raised_epochs::RaisedEpochsCache;
use crate::revocation_feed::version::RevocationFeedVersion;
use crate::store::{Change, Changes, SecretUse, Sequence, Store, StoreError, Subject};

/// The node's cache of the store.
#[derive(Debug)]
pub struct Directory {
    store: Arc<dyn Store>,
    keeper: KeyKeeper,
    clock: Arc<dyn Clock>,
    serve_stale_for: Duration,
    accounts: Cache<ClientId, Option<Arc<Account>>>,
    catalog: ArcSwap<CachedCatalog>,
    revoked: RevokedTokens,
    raised: RaisedEpochsCache,
    revocation_feed_version: RevocationFeedVersion,
    /// How far the change feed was applied.
    applied: AtomicI64,
    /// How far cached accounts were evicted. Ahead of `applied` while changes are being applied.
    evicted: AtomicI64,
    /// The snapshot that the catalog needs to have for all cached accounts.
    min_catalog: AtomicI64,
    last_read_at: AtomicU64,
    /// The store's error text, once its file is no longer the one that was opened.
    replaced: OnceLock<String>,
}

/// The part of the store that is cached completely, except revocations.
#[derive(Debug)]
pub struct CachedCatalog {
    /// The resources by URI.
    pub resources: BTreeMap<ResourceUri, Arc<Resource>>,
    /// The region's keys.
    pub keys: KeyRing,
    /// The region's epoch.
    pub region_epoch: i64,
    /// Whether the store holds any imported secret.
    pub holds_imported_secrets: bool,
    sequence: Sequence,
}

/// The result of reading the change feed once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AppliedChanges {
    /// The changes that this node has now applied, oldest first.
    pub changes: Vec<Change>,
}

impl Directory {
    /// Reads the catalog and the revoked tokens, and creates the first keys if there are none. It starts with no
    /// account in the cache.
    ///
    /// # Errors
    /// [`KeyRingError`] when the store does not answer or the master key does not open its keys.
    pub async fn open(
        store: Arc<dyn Store>,
        keeper: KeyKeeper,
        clock: Arc<dyn Clock>,
        serve_stale_for: Duration,
    ) -> Result<Self, KeyRingError> {
        let empty = CachedCatalog {
            resources: BTreeMap::new(),
            keys: KeyRing::default(),
            region_epoch: 0,
            holds_imported_secrets: false,
            sequence: Sequence::default(),
        };
        let revocation_feed_version = RevocationFeedVersion::default();
        let directory = Self {
            revoked: RevokedTokens::new(Arc::clone(&store), revocation_feed_version.clone()),
            raised: RaisedEpochsCache::new(Arc::clone(&store), revocation_feed_version.clone()),
            revocation_feed_version,
            store,
            keeper,
            clock,
            serve_stale_for: serve_stale_for.max(MIN_STALE_LIMIT),
            accounts: Cache::new(MAX_ACCOUNTS),
            catalog: ArcSwap::from_pointee(empty),
            applied: AtomicI64::new(0),
            evicted: AtomicI64::new(0),
            min_catalog: AtomicI64::new(0),
            last_read_at: AtomicU64::new(0),
            replaced: OnceLock::new(),
        };
        directory.read_first_catalog().await?;
        // After the catalog: the change feed reports everything that is revoked after its snapshot.
        directory.read_revocations().await?;
        directory.read_epochs().await?;
        directory.applied.store(directory.catalog.load().sequence.0, Ordering::SeqCst);
        directory.mark_read();
        Ok(directory)
    }

    /// The account with this id, from the cache if possible.
    ///
    /// # Errors
    /// [`Unavailable`] when it is not cached and the store does not answer within a second.
    pub async fn account(&self, id: &ClientId) -> Result<Option<Arc<Account>>, Unavailable> {
        if let Some(known) = self.accounts.get(id) {
            return Ok(known);
        }
        // The deadline also applies to callers that wait for another caller's read. Otherwise they would queue up
        // behind failures.
        Ok(with_deadline(self.load_account(id)).await?)
    }

    /// Of many callers that request the same account at the same time one reads it and the others wait.
    async fn load_account(&self, id: &ClientId) -> Result<Option<Arc<Account>>, StoreError> {
        let guard = match self.accounts.get_value_or_guard_async(id).await {
            Ok(known) => return Ok(known),
            Err(guard) => guard,
        };
        let found = self.store.find_account(id).await?;
        let account = found.value.map(Arc::new);
        let is_ahead = |account: &Account| {
            let catalog = self.catalog.load();
            account.grants.keys().any(|uri| !catalog.resources.contains_key(uri))
        };
        // Do not read the catalog here: an id that exists would take longer than one that does not.
        if account.as_deref().is_some_and(is_ahead) {
            self.min_catalog.fetch_max(found.sequence.0, Ordering::SeqCst);
        }
        let _ = guard.insert(account.clone());
        // `apply` raises `evicted` before it evicts accounts. If it did so after this snapshot was taken, it may have
        // missed this entry. The entry is then removed again; otherwise a disabled account would stay in the cache.
        if found.sequence.0 < self.evicted.load(Ordering::SeqCst) {
            self.accounts.remove(id);
        }
        Ok(account)
    }

    /// Reads the catalog again if a cached account was granted a resource that was created after the catalog was read.
    /// The old catalog would refuse what the administrator has allowed.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub(crate) async fn ensure_catalog_covers_accounts(&self) -> Result<(), Unavailable> {
        let needed = self.min_catalog.load(Ordering::SeqCst);
        if self.catalog.load().sequence.0 >= needed {
            return Ok(());
        }
        self.reload_catalog().await.map_err(|error| match error {
            KeyRingError::Store(error) => error,
            other => StoreError::Corrupt(other.into()),
        })?;
        // The catalog was read after all accounts that needed it, even if a restored store counts from a lower number.
        let _ = self.min_catalog.compare_exchange(needed, 0, Ordering::SeqCst, Ordering::SeqCst);
        Ok(())
    }

    /// Stores when secrets were last used. No cached account becomes outdated: this module does not read the last use.
    pub(crate) async fn record_uses(&self, uses: &[SecretUse]) -> Result<(), StoreError> {
        self.store.record_uses(uses).await
    }

    /// The account with this id, if it is cached.
    #[must_use]
    pub fn cached_account(&self, id: &ClientId) -> Option<Arc<Account>> {
        self.accounts.peek(id).flatten()
    }

    /// The keeper that rotates the keys.
    #[must_use]
    pub fn keeper(&self) -> &KeyKeeper {
        &self.keeper
    }

    /// The cached resources and keys.
    #[must_use]
    pub fn catalog(&self) -> Arc<CachedCatalog> {
        self.catalog.load_full()
    }

    /// The tokens that were revoked individually.
    pub(crate) fn revoked_tokens(&self) -> &RevokedTokens {
        &self.revoked
    }

    /// The epochs that were raised recently.
    pub(crate) fn raised_epochs(&self) -> &RaisedEpochsCache {
        &self.raised
    }

    /// The version of the revocation feed.
    pub(crate) fn revocation_feed_version(&self) -> &RevocationFeedVersion {
        &self.revocation_feed_version
    }

    /// The last change that this node has applied, together with all changes before it.
    #[must_use]
    pub fn position(&self) -> Sequence {
        Sequence(self.applied.load(Ordering::SeqCst))
    }

    /// How long ago the change feed was last read.
    #[must_use]
    pub fn staleness(&self) -> Duration {
        let last_read_at = Duration::from_millis(self.last_read_at.load(Ordering::Relaxed));
        self.clock.monotonic().saturating_sub(last_read_at)
    }

    /// Fails when the cache is too old to be used.
    ///
    /// # Errors
    /// [`Unavailable::Stale`] when the change feed could not be read for longer than `serve_stale_for`.
    /// [`Unavailable::Replaced`] once the store reported that the database's file was replaced, until the node
    /// restarts.
    pub fn ensure_fresh(&self) -> Result<(), Unavailable> {
        if let Some(reason) = self.replaced.get() {
            return Err(Unavailable::Replaced(reason.clone()));
        }
        if self.staleness() > self.serve_stale_for { Err(Unavailable::Stale) } else { Ok(()) }
    }

    /// Reads and applies the changes since the last call. Called a few times a second.
    ///
    /// # Errors
    /// [`KeyRingError`] when the store does not answer; the cache keeps its contents. After [`StoreError::Replaced`]
    /// the node no longer answers from the cache, and a retry does not help.
    pub async fn follow(&self) -> Result<AppliedChanges, KeyRingError> {
        let applied = self.apply_all_changes().await;
        if let Err(KeyRingError::Store(error @ StoreError::Replaced { .. })) = &applied {
            // It is already set if the replacement was detected before.
            let _ = self.replaced.set(error.to_string());
        }
        applied
    }

    async fn apply_all_changes(&self) -> Result<AppliedChanges, KeyRingError> {
        let mut changes = Vec::new();
        loop {
            let from = Sequence(self.applied.load(Ordering::SeqCst));
            let page = with_deadline(self.store.list_changes(from, CHANGES_PER_PAGE)).await?;
            if page.gap || !page.changes.is_empty() {
                self.apply(&page).await?;
            } else {
                self.applied.store(page.reached.0, Ordering::SeqCst);
            }
            let is_last = page.changes.len() < CHANGES_PER_PAGE as usize;
            changes.extend(page.changes);
            if is_last {
                self.mark_read();
                return Ok(AppliedChanges { changes });
            }
        }
    }

    /// Evicts accounts and reads revocations first: a catalog that cannot be read must not keep a disabled account or a
    /// revoked token active. The cursor moves last, so that a failure is retried.
    async fn apply(&self, page: &Changes) -> Result<(), KeyRingError> {
        if page.gap {
            self.evicted.store(i64::MAX, Ordering::SeqCst);
            self.accounts.clear();
            self.revoked.reread_from_start();
        } else if let Some(last) = page.changes.last() {
            self.evicted.store(last.sequence.0, Ordering::SeqCst);
            for change in &page.changes {
                match &change.subject {
                    Subject::Account(id) => drop(self.accounts.remove(id)),
                    Subject::Tenant(name) => self.evict_accounts_of(name),
                    Subject::Resource(_) | Subject::Key(_) | Subject::Region(_) | Subject::Token(_) => {}
                }
            }
        }
        let is_about_a_token = |change: &Change| matches!(change.subject, Subject::Token(_));
        if page.gap || page.changes.iter().any(is_about_a_token) {
            self.read_revocations().await?;
        }
        let may_raise = |change: &Change| matches!(change.subject, Subject::Account(_) | Subject::Tenant(_));
        if page.gap || page.changes.iter().any(may_raise) {
            self.read_epochs().await?;
        }
        if page.gap || !page.changes.iter().all(is_about_a_token) {
            for (id, error) in self.reload_catalog().await? {
                warn!(kid = %id, reason = %error, "a key was not decrypted; restart the node with the current master key of the store");
            }
        }
        if page.gap {
            // The cursor moves to the catalog's snapshot, which may include revocations that are newer than the lists
            // read above.
            self.read_revocations().await?;
            self.read_epochs().await?;
        }
        let reached = if page.gap { self.catalog.load().sequence } else { page.reached };
        self.evicted.store(reached.0, Ordering::SeqCst);
        self.applied.store(reached.0, Ordering::SeqCst);
        Ok(())
    }

    fn evict_accounts_of(&self, tenant: &TenantName) {
        self.accounts
            .retain(|_, account| account.as_ref().is_some_and(|account| &account.tenant.name != tenant));
    }

    /// A node that cannot sign must not start. A node that has its keys starts even if the store cannot be written.
    async fn read_first_catalog(&self) -> Result<(), KeyRingError> {
        let unreadable = self.reload_catalog().await?;
        if let Some((_, error)) = unreadable.into_iter().next() {
            return Err(error);
        }
        // Other key maintenance does not belong here: commands open the store too, and only read it.
        if self.catalog.load().keys.active(Algorithm::Es256).is_none() {
            self.keeper.maintain().await?;
            self.reload_catalog().await?;
        }
        Ok(())
    }

    /// Reads resources and keys again. Returns the keys that cannot be opened. Keys that were opened before still work.
    async fn reload_catalog(&self) -> Result<Vec<(KeyId, KeyRingError)>, KeyRingError> {
        let read = with_deadline(self.store.find_catalog()).await?;
        let (keys, unreadable) = self.keeper.open(&read.value.keys, &self.catalog.load().keys);
        let resources = read.value.resources.into_iter();
        let catalog = Arc::new(CachedCatalog {
            resources: resources.map(|resource| (resource.uri.clone(), Arc::new(resource))).collect(),
            keys,
            region_epoch: read.value.region_epoch,
            holds_imported_secrets: read.value.holds_imported_secrets,
            sequence: read.sequence,
        });
        // Of two concurrent reads the later snapshot wins, whichever finishes last. Otherwise a revoked key would be
        // trusted again. Only after a gap may the change feed start again at a lower number.
        let is_after_gap = self.evicted.load(Ordering::SeqCst) == i64::MAX;
        let is_newer = |current: &CachedCatalog| is_after_gap || catalog.sequence >= current.sequence;
        let before =
            self.catalog.rcu(|current| Arc::clone(if is_newer(current) { &catalog } else { current }));
        if before.region_epoch != catalog.region_epoch {
            self.revocation_feed_version.raise();
        }
        Ok(unreadable)
    }

    async fn read_revocations(&self) -> Result<(), StoreError> {
        self.revoked.read_new(self.clock.now()).await
    }

    async fn read_epochs(&self) -> Result<(), StoreError> {
        self.raised.read(self.clock.now()).await
    }

    fn mark_read(&self) {
        let now = u64::try_from(self.clock.monotonic().as_millis()).unwrap_or(u64::MAX);
        self.last_read_at.store(now, Ordering::Relaxed);
    }
}

/// The result of a store call, or an error if it takes longer than `MAX_CALL`.
pub(crate) async fn with_deadline<T>(
    call: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    match tokio::time::timeout(MAX_CALL, call).await {
        Ok(done) => done,
        Err(_) => Err(StoreError::Unavailable("no response within the time limit".into())),
    }
}

/// A cached account with a grant and a secret takes about 2 KB.
const MAX_ACCOUNTS: usize = 50_000;
/// A request waits no longer for the store, so that a 503 response is sent within a second.
const MAX_CALL: Duration = Duration::from_millis(900);
/// The change feed is read every quarter of a second. A shorter staleness is normal.
const MIN_STALE_LIMIT: Duration = Duration::from_secs(1);
const CHANGES_PER_PAGE: u32 = 1_000;
