//! The node's cache of revoked tokens. It holds all of them, because a token that is not in it counts as active
//! (decision 0007).
//!
//! Entries are only added, except that tokens are removed long after their expiry: a revocation is never undone. So a
//! concurrent load and change are safe in any order.
//!
//! What a revoked token costs a node, until 25 hours after its expiry:
//! - In the table: 25 bytes per slot (16 for the id, 8 for the expiry, 1 of the table itself). A table has 1.15 to 2.3
//!   slots per token, so a token costs 29 to 57 bytes, and 52 if there are a million. After a removal, a table may keep
//!   up to 4.6 slots per token.
//! - In the list of its audience: 40 bytes, and as many again while the list has room to grow. A list holds at most
//!   20,000 tokens and names at most 10,000 accounts, so that all of an audience's tokens together cost less than two
//!   megabytes there.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::memory::feed_version::RevocationFeedVersions;
use crate::memory::revoked_by_audience::RevokedByAudience;
use crate::model::{Revocation, Timestamp, TokenId};
use crate::store::{ListedRevocation, RevocationNumber, Store, StoreError};

/// The region's revoked tokens with their expiry. No lock is held across an `.await`.
#[derive(Debug)]
pub(crate) struct RevokedTokens {
    store: Arc<dyn Store>,
    control: Arc<dyn Store>,
    /// Many small tables: while a table grows, its old and its new memory are both allocated.
    shards: [RwLock<HashMap<TokenId, Timestamp>>; SHARDS],
    by_audience: RevokedByAudience,
    versions: RevocationFeedVersions,
    /// The number up to which the store's list of revocations was read.
    read: AtomicI64,
}

impl RevokedTokens {
    /// An empty cache. New revocations raise the version of their audience. Requests write through `store`; the list is read through `control`.
    pub(crate) fn new(
        store: Arc<dyn Store>,
        control: Arc<dyn Store>,
        versions: RevocationFeedVersions,
    ) -> Self {
        Self {
            store,
            control,
            shards: std::array::from_fn(|_| RwLock::default()),
            by_audience: RevokedByAudience::default(),
            versions,
            read: AtomicI64::new(0),
        }
    }

    /// The same tokens by audience, as far as a reader may still accept them.
    pub(crate) fn by_audience(&self) -> &RevokedByAudience {
        &self.by_audience
    }

    /// Whether this token was revoked.
    pub(crate) fn contains(&self, token: &TokenId) -> bool {
        self.shard(token).read().unwrap_or_else(PoisonError::into_inner).contains_key(token)
    }

    /// Stores revocations by clients and adds them to the cache before it returns.
    ///
    /// # Errors
    /// [`StoreError`] when none was written, or when the result of the write is unknown.
    pub(crate) async fn add(&self, revocations: &[Revocation]) -> Result<(), StoreError> {
        let Some(now) = revocations.iter().map(|one| one.revoked_at).max() else { return Ok(()) };
        self.store.add_client_revocations(revocations).await?;
        self.remember(revocations.iter().map(ListedRevocation::from), now);
        Ok(())
    }

    /// Reads new revocations if there are any. `last` is the highest number that the store has ever given: after this
    /// call, the cache has all revocations up to it. If it is lower than before, a backup was restored, and the list is
    /// read from its start. Returns whether there were new ones, of any region.
    ///
    /// # Errors
    /// As [`read_new`](Self::read_new). The next call reads on where this one stopped.
    pub(crate) async fn read_through(
        &self,
        last: RevocationNumber,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        if last.0 < self.read.load(Ordering::SeqCst) {
            self.reread_from_start();
        }
        let is_behind = last.0 > self.read.load(Ordering::SeqCst);
        if is_behind {
            self.read_new(now).await?;
            // The last ones may be of other regions. They are not looked through again.
            self.read.fetch_max(last.0, Ordering::SeqCst);
        }
        Ok(is_behind)
    }

    /// Reads the revocations that were added to the store since the last call.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer. Revocations that were read until then are cached.
    pub(crate) async fn read_new(&self, now: Timestamp) -> Result<(), StoreError> {
        loop {
            let from = RevocationNumber(self.read.load(Ordering::SeqCst));
            let page = self.control.list_revocations(from, REVOCATIONS_PER_PAGE).await?;
            let is_last = page.tokens.len() < REVOCATIONS_PER_PAGE as usize;
            self.remember(page.tokens.into_iter().filter(|one| !is_removable(one.expires_at, now)), now);
            self.read.store(page.last.0, Ordering::SeqCst);
            if is_last {
                return Ok(());
            }
        }
    }

    /// The next [`read_new`](Self::read_new) reads the list from its start. Cached revocations stay: restoring a backup
    /// of the store must not make a revoked token active again.
    pub(crate) fn reread_from_start(&self) {
        self.read.store(0, Ordering::SeqCst);
    }

    /// Removes tokens that expired so long ago that no node can accept them any longer, from the cache and from the
    /// store. Returns how many were removed from the store. It removes a few at a time, so that no other writer waits
    /// long.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub(crate) async fn remove_expired(&self, now: Timestamp) -> Result<u64, StoreError> {
        for shard in &self.shards {
            let mut tokens = shard.write().unwrap_or_else(PoisonError::into_inner);
            tokens.retain(|_, expires_at| !is_removable(*expires_at, now));
            let capacity = tokens.len() * 2;
            tokens.shrink_to(capacity);
        }
        self.by_audience.remove_expired_before(removable_before(now));
        let mut removed = 0;
        loop {
            let count = self.control.remove_revocations(removable_before(now), REMOVED_PER_WRITE).await?;
            removed += count;
            if count < u64::from(REMOVED_PER_WRITE) {
                return Ok(removed);
            }
        }
    }

    fn remember(&self, revoked: impl IntoIterator<Item = ListedRevocation>, now: Timestamp) {
        let mut changed = BTreeSet::new();
        for one in revoked {
            let mut shard = self.shard(&one.token).write().unwrap_or_else(PoisonError::into_inner);
            if shard.insert(one.token, one.expires_at).is_none() {
                if !changed.contains(&one.audience) {
                    changed.insert(one.audience.clone());
                }
                self.by_audience.add(one, now);
            }
        }
        for audience in changed {
            match audience {
                Some(audience) => self.versions.raise(&audience),
                None => self.versions.raise_all(),
            }
        }
    }

    fn shard(&self, token: &TokenId) -> &RwLock<HashMap<TokenId, Timestamp>> {
        // The bytes are random, so any of them spreads the tokens evenly.
        &self.shards[usize::from(token.as_bytes()[0]) % SHARDS]
    }
}

fn is_removable(expires_at: Timestamp, now: Timestamp) -> bool {
    expires_at < removable_before(now)
}

/// Revocations of tokens that expired before this time are removed at `now`.
fn removable_before(now: Timestamp) -> Timestamp {
    now.before(RETENTION_AFTER_EXPIRY)
}

const SHARDS: usize = 64;
/// The sizes in the module's documentation depend on this one.
const _: () = assert!(size_of::<(TokenId, Timestamp)>() == 24);
/// How long a revocation is kept after its token expired. A clock that is set back by less than this makes no revoked
/// token active again. It is more than any time zone offset, because a machine's clock may be wrong by a time zone when
/// it starts.
pub(crate) const RETENTION_AFTER_EXPIRY: Duration = Duration::from_hours(25);
const REVOCATIONS_PER_PAGE: u32 = 10_000;
const REMOVED_PER_WRITE: u32 = 2_000;
