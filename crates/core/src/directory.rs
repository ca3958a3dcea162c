//! What the node knows from memory, and how it keeps up with the store (decision 0005).
//!
//! Accounts are read when first asked for and kept; resources, keys and revoked tokens are kept whole. All of it is true
//! as long as the node follows the change feed, so nothing has a time to live. When the feed falls silent, memory may be
//! trusted for `serve_stale_for` and not a second longer. When the database's file was replaced, memory is not trusted at all
//! (decision 0018).

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use jeton_protocol::{ClientId, ResourceUri};
use quick_cache::sync::Cache;
use tracing::warn;

use crate::clock::Clock;
use crate::feed_version::FeedVersion;
use crate::keys::{KeyKeeper, KeyRing, KeyRingError};
use crate::model::{Account, Algorithm, KeyId, Resource, TenantName};
use crate::raised_epochs::KnownEpochs;
use crate::refusal::Unavailable;
use crate::revoked_tokens::RevokedTokens;
use crate::store::{Change, Changes, SecretUse, Sequence, Store, StoreError, Subject};

/// The node's memory of the store.
#[derive(Debug)]
pub struct Directory {
    store: Arc<dyn Store>,
    keeper: KeyKeeper,
    clock: Arc<dyn Clock>,
    serve_stale_for: Duration,
    accounts: Cache<ClientId, Option<Arc<Account>>>,
    catalog: ArcSwap<LiveCatalog>,
    revoked: RevokedTokens,
    raised: KnownEpochs,
    feed_version: FeedVersion,
    /// How far the feed was followed.
    applied: AtomicI64,
    /// How far accounts were forgotten; ahead of `applied` while changes are being put in force.
    forgotten: AtomicI64,
    /// The snapshot that the catalog has to reach for all accounts in memory.
    catalog_wanted: AtomicI64,
    heard_at: AtomicU64,
    /// What the store said when its file was no longer the one that was opened.
    replaced: OnceLock<String>,
}

/// What is kept whole.
#[derive(Debug)]
pub struct LiveCatalog {
    /// The resources by URI.
    pub resources: BTreeMap<ResourceUri, Arc<Resource>>,
    /// The region's keys.
    pub keys: KeyRing,
    /// The region's epoch.
    pub region_epoch: i64,
    /// Whether any secret was brought along.
    pub holds_imported_secrets: bool,
    sequence: Sequence,
}

/// What following the feed once brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    /// The changes that are now in force here, oldest first.
    pub applied: Vec<Change>,
}

impl Directory {
    /// Reads the catalog and the revoked tokens, makes the first keys where there are none, and starts with no account in
    /// memory.
    ///
    /// # Errors
    /// [`KeyRingError`] when the store does not answer or the master key does not open its keys.
    pub async fn open(
        store: Arc<dyn Store>,
        keeper: KeyKeeper,
        clock: Arc<dyn Clock>,
        serve_stale_for: Duration,
    ) -> Result<Self, KeyRingError> {
        let empty = LiveCatalog {
            resources: BTreeMap::new(),
            keys: KeyRing::default(),
            region_epoch: 0,
            holds_imported_secrets: false,
            sequence: Sequence::default(),
        };
        let feed_version = FeedVersion::default();
        let directory = Self {
            revoked: RevokedTokens::new(Arc::clone(&store), feed_version.clone()),
            raised: KnownEpochs::new(Arc::clone(&store), feed_version.clone()),
            feed_version,
            store,
            keeper,
            clock,
            serve_stale_for: serve_stale_for.max(SHORTEST_SILENCE),
            accounts: Cache::new(ACCOUNTS_KEPT),
            catalog: ArcSwap::from_pointee(empty),
            applied: AtomicI64::new(0),
            forgotten: AtomicI64::new(0),
            catalog_wanted: AtomicI64::new(0),
            heard_at: AtomicU64::new(0),
            replaced: OnceLock::new(),
        };
        directory.read_first_catalog().await?;
        // After the catalog: whatever is revoked after its snapshot, the feed tells.
        directory.read_revocations().await?;
        directory.read_epochs().await?;
        directory.applied.store(directory.catalog.load().sequence.0, Ordering::SeqCst);
        directory.heard();
        Ok(directory)
    }

    /// The account of this id, from memory if it is there.
    ///
    /// # Errors
    /// [`Unavailable`] when it is not in memory and the store does not answer within a second.
    pub async fn account(&self, id: &ClientId) -> Result<Option<Arc<Account>>, Unavailable> {
        if let Some(known) = self.accounts.get(id) {
            return Ok(known);
        }
        // The deadline is also for those who wait for another's read: else they would queue up behind failures.
        Ok(in_time(self.load_account(id)).await?)
    }

    /// Of many who want the same account at the same time one reads it and the others wait.
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
        // The catalog is not read here: an id that exists would take longer than one that does not.
        if account.as_deref().is_some_and(is_ahead) {
            self.catalog_wanted.fetch_max(found.sequence.0, Ordering::SeqCst);
        }
        let _ = guard.insert(account.clone());
        // The follower raises `forgotten` before it forgets accounts. If it did so since the snapshot was taken, it may
        // have missed this entry; then the entry goes again, else a disabled account would stay.
        if found.sequence.0 < self.forgotten.load(Ordering::SeqCst) {
            self.accounts.remove(id);
        }
        Ok(account)
    }

    /// Reads the catalog again where an account in memory was granted a resource that was created after it was read. To
    /// judge the account by the old one would refuse what the administrator has allowed.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer.
    pub(crate) async fn ensure_catalog_covers_accounts(&self) -> Result<(), Unavailable> {
        let wanted = self.catalog_wanted.load(Ordering::SeqCst);
        if self.catalog.load().sequence.0 >= wanted {
            return Ok(());
        }
        self.reload_catalog().await.map_err(|error| match error {
            KeyRingError::Store(error) => error,
            other => StoreError::Corrupt(other.into()),
        })?;
        // Read after all accounts that wanted this one, even where a restored store counts from a lower number.
        let _ = self.catalog_wanted.compare_exchange(wanted, 0, Ordering::SeqCst, Ordering::SeqCst);
        Ok(())
    }

    /// Writes down when secrets were last used. No account in memory becomes untrue: nothing here reads it.
    pub(crate) async fn record_uses(&self, uses: &[SecretUse]) -> Result<(), StoreError> {
        self.store.record_uses(uses).await
    }

    /// The account of this id, if it is in memory.
    #[must_use]
    pub fn remembered(&self, id: &ClientId) -> Option<Arc<Account>> {
        self.accounts.peek(id).flatten()
    }

    /// Whoever rotates the keys.
    #[must_use]
    pub fn keeper(&self) -> &KeyKeeper {
        &self.keeper
    }

    /// Resources and keys.
    #[must_use]
    pub fn catalog(&self) -> Arc<LiveCatalog> {
        self.catalog.load_full()
    }

    /// The tokens that were taken back one by one.
    pub(crate) fn revoked_tokens(&self) -> &RevokedTokens {
        &self.revoked
    }

    /// The epochs that were raised lately.
    pub(crate) fn raised_epochs(&self) -> &KnownEpochs {
        &self.raised
    }

    /// Counts what was heard of revocations.
    pub(crate) fn feed_version(&self) -> &FeedVersion {
        &self.feed_version
    }

    /// The last change that is applied here, with all before it.
    #[must_use]
    pub fn position(&self) -> Sequence {
        Sequence(self.applied.load(Ordering::SeqCst))
    }

    /// How long ago the feed was last heard.
    #[must_use]
    pub fn silence(&self) -> Duration {
        let heard_at = Duration::from_millis(self.heard_at.load(Ordering::Relaxed));
        self.clock.monotonic().saturating_sub(heard_at)
    }

    /// Refuses to answer from a memory that is too old.
    ///
    /// # Errors
    /// [`Unavailable::Stale`] when the feed has been silent for longer than `serve_stale_for`;
    /// [`Unavailable::Replaced`] as soon as the feed said that the database's file was replaced, until the node restarts.
    pub fn ensure_fresh(&self) -> Result<(), Unavailable> {
        if let Some(reason) = self.replaced.get() {
            return Err(Unavailable::Replaced(reason.clone()));
        }
        if self.silence() > self.serve_stale_for { Err(Unavailable::Stale) } else { Ok(()) }
    }

    /// Hears what others wrote since the last call and puts it in force. Called a few times a second.
    ///
    /// # Errors
    /// [`KeyRingError`] when the store does not answer; what is in memory stays. With [`StoreError::Replaced`] the node
    /// no longer answers from memory, and calling again does not help.
    pub async fn follow(&self) -> Result<Followed, KeyRingError> {
        let followed = self.follow_to_the_end().await;
        if let Err(KeyRingError::Store(error @ StoreError::Replaced { .. })) = &followed {
            // It is set already where the file was found to be replaced before.
            let _ = self.replaced.set(error.to_string());
        }
        followed
    }

    async fn follow_to_the_end(&self) -> Result<Followed, KeyRingError> {
        let mut applied = Vec::new();
        loop {
            let from = Sequence(self.applied.load(Ordering::SeqCst));
            let heard = in_time(self.store.list_changes(from, CHANGES_AT_ONCE)).await?;
            if heard.gap || !heard.changes.is_empty() {
                self.apply(&heard).await?;
            } else {
                self.applied.store(heard.reached.0, Ordering::SeqCst);
            }
            let is_last = heard.changes.len() < CHANGES_AT_ONCE as usize;
            applied.extend(heard.changes);
            if is_last {
                self.heard();
                return Ok(Followed { applied });
            }
        }
    }

    /// Accounts are forgotten and revocations read first: whatever keeps the catalog from being read must not keep a
    /// disabled account or a revoked token alive. The cursor moves last, so that a failure is tried again.
    async fn apply(&self, heard: &Changes) -> Result<(), KeyRingError> {
        if heard.gap {
            self.forgotten.store(i64::MAX, Ordering::SeqCst);
            self.accounts.clear();
            self.revoked.start_again();
        } else if let Some(last) = heard.changes.last() {
            self.forgotten.store(last.sequence.0, Ordering::SeqCst);
            for change in &heard.changes {
                match &change.subject {
                    Subject::Account(id) => drop(self.accounts.remove(id)),
                    Subject::Tenant(name) => self.forget_accounts_of(name),
                    Subject::Resource(_) | Subject::Key(_) | Subject::Region(_) | Subject::Token(_) => {}
                }
            }
        }
        let is_about_a_token = |change: &Change| matches!(change.subject, Subject::Token(_));
        if heard.gap || heard.changes.iter().any(is_about_a_token) {
            self.read_revocations().await?;
        }
        let may_raise = |change: &Change| matches!(change.subject, Subject::Account(_) | Subject::Tenant(_));
        if heard.gap || heard.changes.iter().any(may_raise) {
            self.read_epochs().await?;
        }
        if heard.gap || !heard.changes.iter().all(is_about_a_token) {
            for (id, error) in self.reload_catalog().await? {
                warn!(kid = %id, reason = %error, "a key cannot be opened; restart with the master key that the store has now");
            }
        }
        if heard.gap {
            // The cursor moves to the catalog's snapshot, which contains what was revoked since the lists were read.
            self.read_revocations().await?;
            self.read_epochs().await?;
        }
        let reached = if heard.gap { self.catalog.load().sequence } else { heard.reached };
        self.forgotten.store(reached.0, Ordering::SeqCst);
        self.applied.store(reached.0, Ordering::SeqCst);
        Ok(())
    }

    fn forget_accounts_of(&self, tenant: &TenantName) {
        self.accounts
            .retain(|_, account| account.as_ref().is_some_and(|account| &account.tenant.name != tenant));
    }

    /// A node that cannot sign must not start; one whose keys are there starts also where nothing can be written.
    async fn read_first_catalog(&self) -> Result<(), KeyRingError> {
        let unreadable = self.reload_catalog().await?;
        if let Some((_, error)) = unreadable.into_iter().next() {
            return Err(error);
        }
        // All else that is due is no matter of a start: commands open the store too, and only look.
        if self.catalog.load().keys.active(Algorithm::Es256).is_none() {
            self.keeper.tend().await?;
            self.reload_catalog().await?;
        }
        Ok(())
    }

    /// Reads resources and keys anew. Returns the keys that cannot be opened: those that could be before still work.
    async fn reload_catalog(&self) -> Result<Vec<(KeyId, KeyRingError)>, KeyRingError> {
        let read = in_time(self.store.find_catalog()).await?;
        let (keys, unreadable) = self.keeper.open(&read.value.keys, &self.catalog.load().keys);
        let resources = read.value.resources.into_iter();
        let catalog = Arc::new(LiveCatalog {
            resources: resources.map(|resource| (resource.uri.clone(), Arc::new(resource))).collect(),
            keys,
            region_epoch: read.value.region_epoch,
            holds_imported_secrets: read.value.holds_imported_secrets,
            sequence: read.sequence,
        });
        // Of two that read at once the later snapshot stays, whoever comes last: else a revoked key would come back.
        // Only after a gap the feed may begin anew with a low number.
        let is_after_gap = self.forgotten.load(Ordering::SeqCst) == i64::MAX;
        let is_newer = |current: &LiveCatalog| is_after_gap || catalog.sequence >= current.sequence;
        let before =
            self.catalog.rcu(|current| Arc::clone(if is_newer(current) { &catalog } else { current }));
        if before.region_epoch != catalog.region_epoch {
            self.feed_version.raise();
        }
        Ok(unreadable)
    }

    async fn read_revocations(&self) -> Result<(), StoreError> {
        self.revoked.read_on(self.clock.now()).await
    }

    async fn read_epochs(&self) -> Result<(), StoreError> {
        self.raised.read(self.clock.now()).await
    }

    fn heard(&self) {
        let now = u64::try_from(self.clock.monotonic().as_millis()).unwrap_or(u64::MAX);
        self.heard_at.store(now, Ordering::Relaxed);
    }
}

/// What the store says, if it says it soon.
pub(crate) async fn in_time<T>(call: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    match tokio::time::timeout(LONGEST_CALL, call).await {
        Ok(done) => done,
        Err(_) => Err(StoreError::Unavailable("it did not answer in time".into())),
    }
}

/// An account with a grant and a secret is about 2 KB here.
const ACCOUNTS_KEPT: usize = 50_000;
/// A request that needs the store waits no longer, so that 503 comes within a second.
const LONGEST_CALL: Duration = Duration::from_millis(900);
/// The feed is read every quarter of a second; a silence shorter than this says nothing.
const SHORTEST_SILENCE: Duration = Duration::from_secs(1);
const CHANGES_AT_ONCE: u32 = 1_000;
