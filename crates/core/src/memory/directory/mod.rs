//! The node's in-memory cache of the store, and how it follows the store's changes (decision 0005).
//!
//! Accounts are cached when first requested. Resources, keys and revoked tokens are cached completely. The cache is
//! current as long as the node follows the change feed, so its entries have no time to live. When the change feed
//! cannot be read, the cache is used for at most `serve_stale_for`. When the database's file was replaced, the cache is
//! not used at all (decision 0018).

mod accounts;
pub(crate) mod follow;
mod ids;
mod read_catalog;

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use arc_swap::ArcSwap;
use jeton_protocol::ClientId;
use quick_cache::sync::Cache;
use tokio::time::sleep;

use crate::clock::Clock;
use crate::keys::{KeyKeeper, KeyRingError};
use crate::memory::catalog::CachedCatalog;
use crate::memory::feed_version::RevocationFeedVersions;
use crate::memory::known_ids::KnownIds;
use crate::memory::lookup_lane::LookupLane;
use crate::memory::position::AtomicPosition;
use crate::memory::raised_epochs::RaisedEpochsCache;
use crate::memory::revoked_tokens::RevokedTokens;
use crate::model::Account;
use crate::refusal::Unavailable;
use crate::store::{Position, Sequence, Store};

/// The node's cache of the store.
#[derive(Debug)]
pub struct Directory {
    /// For requests: reads accounts.
    store: Arc<dyn Store>,
    /// For the task that follows changes.
    control: Arc<dyn Store>,
    keeper: KeyKeeper,
    clock: Arc<dyn Clock>,
    serve_stale_for: Duration,
    accounts: Cache<ClientId, Arc<Account>>,
    /// Ids without an account that were looked up. Apart from the accounts, so that invented ids evict none of them.
    absent: Cache<ClientId, ()>,
    known_ids: KnownIds,
    lookups: LookupLane,
    catalog: ArcSwap<CachedCatalog>,
    revoked: RevokedTokens,
    raised: RaisedEpochsCache,
    revocation_feed_versions: RevocationFeedVersions,
    /// How far the change feed was applied.
    applied: AtomicPosition,
    /// How far cached accounts were evicted. Ahead of `applied` while changes are being applied; [`UNKNOWN`] during a gap
    /// in the change feed.
    evicted: AtomicPosition,
    /// The snapshot that the catalog needs to have for all cached accounts.
    min_catalog: AtomicPosition,
    /// Held by the request that reads the catalog.
    catalog_read: tokio::sync::Mutex<()>,
    last_read_at: AtomicU64,
    /// Whether the last read of the change feed failed.
    may_lack_changes: AtomicBool,
    /// The store's error text, once its file is no longer the one that was opened.
    replaced: OnceLock<String>,
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
        let revocation_feed_versions = RevocationFeedVersions::default();
        let control = store.for_control();
        let directory = Self {
            revoked: RevokedTokens::new(
                Arc::clone(&store),
                Arc::clone(&control),
                revocation_feed_versions.clone(),
            ),
            raised: RaisedEpochsCache::new(Arc::clone(&control), revocation_feed_versions.clone()),
            revocation_feed_versions,
            store,
            control,
            keeper,
            clock,
            serve_stale_for: serve_stale_for.max(MIN_STALE_LIMIT),
            accounts: Cache::new(MAX_ACCOUNTS),
            absent: Cache::new(MAX_ABSENT),
            known_ids: KnownIds::default(),
            lookups: LookupLane::new(),
            catalog: ArcSwap::from_pointee(CachedCatalog::empty()),
            applied: AtomicPosition::default(),
            evicted: AtomicPosition::default(),
            min_catalog: AtomicPosition::default(),
            catalog_read: tokio::sync::Mutex::default(),
            last_read_at: AtomicU64::new(0),
            may_lack_changes: AtomicBool::new(false),
            replaced: OnceLock::new(),
        };
        let began = directory.clock.monotonic();
        directory.read_first_catalog().await?;
        // After the catalog: the change feed reports everything that is revoked after its snapshot.
        directory.read_revocations().await?;
        directory.read_epochs().await?;
        directory.applied.store(directory.catalog.load().position);
        directory.mark_read(began);
        Ok(directory)
    }

    /// The keeper that rotates the keys.
    #[must_use]
    pub fn keeper(&self) -> &KeyKeeper {
        &self.keeper
    }

    /// The cached resources and keys. Not an `Arc`, whose count all workers would write to at each request.
    #[must_use]
    pub fn catalog(&self) -> impl Deref<Target = Arc<CachedCatalog>> + use<> {
        self.catalog.load()
    }

    /// The tokens that were revoked individually.
    pub(crate) fn revoked_tokens(&self) -> &RevokedTokens {
        &self.revoked
    }

    /// The epochs that were raised recently.
    pub(crate) fn raised_epochs(&self) -> &RaisedEpochsCache {
        &self.raised
    }

    /// The versions of the revocation feed.
    pub(crate) fn revocation_feed_versions(&self) -> &RevocationFeedVersions {
        &self.revocation_feed_versions
    }

    /// The last changes that this node has applied, together with all changes before them.
    #[must_use]
    pub fn position(&self) -> Position {
        self.applied.load()
    }

    /// How long ago the change feed was last read: the cache has all changes that are older.
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

    /// Fails when changes that are older than `limit` may be missing.
    ///
    /// # Errors
    /// [`Unavailable::RevocationsStale`].
    pub(crate) fn ensure_read_within(&self, limit: Duration) -> Result<(), Unavailable> {
        if self.staleness() > limit { Err(Unavailable::RevocationsStale) } else { Ok(()) }
    }

    /// Returns when [`Self::ensure_read_within`] fails, within a moment. Cancel-safe.
    pub(crate) async fn until_not_read_within(&self, limit: Duration) {
        while self.ensure_read_within(limit).is_ok() {
            sleep(limit.saturating_sub(self.staleness()) + A_MOMENT).await;
        }
    }

    /// The cache has all changes until `began`, a time of [`Clock::monotonic`] before the last read.
    fn mark_read(&self, began: Duration) {
        let began = u64::try_from(began.as_millis()).unwrap_or(u64::MAX);
        self.last_read_at.store(began, Ordering::Relaxed);
    }
}

/// Later than every position: the store may count from lower numbers than before.
const UNKNOWN: Position = Position { region: Sequence(i64::MAX), shared: Sequence(i64::MAX) };
/// A cached account with a grant and a secret takes about 2 KB.
const MAX_ACCOUNTS: usize = 50_000;
/// An absent id takes about 100 bytes.
const MAX_ABSENT: usize = 10_000;
/// The change feed is read every quarter of a second. A shorter staleness is normal.
const MIN_STALE_LIMIT: Duration = Duration::from_secs(1);
/// Staleness is counted in whole milliseconds.
const A_MOMENT: Duration = Duration::from_millis(1);
