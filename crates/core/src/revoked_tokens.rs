//! The node's memory of revoked tokens: all of them, because a token that is not in it counts as alive (decision 0007).
//!
//! It only grows, but for tokens that are long past their expiry: a revocation is never undone. So a load and a change at
//! once cannot harm each other, in whatever order they come.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::directory::in_time;
use crate::feed_version::FeedVersion;
use crate::model::{Revocation, Timestamp, TokenId};
use crate::revoked_by_audience::RevokedByAudience;
use crate::store::{AuditEntry, Conflict, ListedRevocation, RevocationNumber, Store, StoreError};

/// The region's revoked tokens with their expiry, about 52 bytes each. No lock is held across a wait.
#[derive(Debug)]
pub(crate) struct RevokedTokens {
    store: Arc<dyn Store>,
    /// Many small tables: while one of them grows, its old and its new memory are both there.
    shards: [RwLock<HashMap<TokenId, Timestamp>>; SHARDS],
    by_audience: RevokedByAudience,
    version: FeedVersion,
    /// How far the store's list was read.
    read: AtomicI64,
}

impl RevokedTokens {
    /// Knows no token yet. Each one that is heard of raises `version`.
    pub(crate) fn new(store: Arc<dyn Store>, version: FeedVersion) -> Self {
        Self {
            store,
            shards: std::array::from_fn(|_| RwLock::default()),
            by_audience: RevokedByAudience::default(),
            version,
            read: AtomicI64::new(0),
        }
    }

    /// The same tokens by audience, as far as they may still be alive.
    pub(crate) fn by_audience(&self) -> &RevokedByAudience {
        &self.by_audience
    }

    /// Whether this token was revoked.
    pub(crate) fn contains(&self, token: &TokenId) -> bool {
        self.shard(token).read().unwrap_or_else(PoisonError::into_inner).contains_key(token)
    }

    /// Writes the revocation down, and knows it before it returns.
    ///
    /// # Errors
    /// [`StoreError`] when it was not written, or nobody knows whether it was.
    pub(crate) async fn add(&self, revocation: &Revocation, audit: &AuditEntry) -> Result<(), StoreError> {
        match in_time(self.store.add_revocation(revocation, audit)).await {
            // Another node was faster, or an earlier try of unknown outcome had succeeded.
            Ok(()) | Err(StoreError::Conflict(Conflict::Exists)) => {
                let Revocation { token, expires_at, audience, revoked_at, .. } = revocation;
                let listed =
                    ListedRevocation { token: *token, expires_at: *expires_at, audience: audience.clone() };
                self.remember([listed], *revoked_at);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Reads what the store's list holds beyond what was read before.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; what was read until then is known.
    pub(crate) async fn read_on(&self, now: Timestamp) -> Result<(), StoreError> {
        loop {
            let from = RevocationNumber(self.read.load(Ordering::SeqCst));
            let page = in_time(self.store.list_revocations(from, REVOCATIONS_AT_ONCE)).await?;
            if page.tokens.is_empty() {
                return Ok(());
            }
            self.remember(page.tokens.into_iter().filter(|one| !is_over(one.expires_at, now)), now);
            self.read.store(page.last.0, Ordering::SeqCst);
        }
    }

    /// The next [`read_on`](Self::read_on) reads the list from its start. What is known stays known: the backup of a
    /// store that was put back revives nothing here.
    pub(crate) fn start_again(&self) {
        self.read.store(0, Ordering::SeqCst);
    }

    /// Forgets tokens that nobody can mistake for live ones any more, here and in the store, and says how many the store
    /// held. It removes a few at a time, so that no other writer waits long.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer.
    pub(crate) async fn forget_expired(&self, now: Timestamp) -> Result<u64, StoreError> {
        for shard in &self.shards {
            let mut tokens = shard.write().unwrap_or_else(PoisonError::into_inner);
            tokens.retain(|_, expires_at| !is_over(*expires_at, now));
            let room = tokens.len() * 2;
            tokens.shrink_to(room);
        }
        self.by_audience.forget_expired_before(over_before(now));
        let mut removed = 0;
        loop {
            let some = in_time(self.store.remove_revocations(over_before(now), REMOVED_AT_ONCE)).await?;
            removed += some;
            if some < u64::from(REMOVED_AT_ONCE) {
                return Ok(removed);
            }
        }
    }

    fn remember(&self, revoked: impl IntoIterator<Item = ListedRevocation>, now: Timestamp) {
        let mut is_news = false;
        for one in revoked {
            let mut shard = self.shard(&one.token).write().unwrap_or_else(PoisonError::into_inner);
            if shard.insert(one.token, one.expires_at).is_none() {
                self.by_audience.add(one, now);
                is_news = true;
            }
        }
        if is_news {
            self.version.raise();
        }
    }

    fn shard(&self, token: &TokenId) -> &RwLock<HashMap<TokenId, Timestamp>> {
        // The bytes are random, so any of them spreads the tokens evenly.
        &self.shards[usize::from(token.as_bytes()[0]) % SHARDS]
    }
}

fn is_over(expires_at: Timestamp, now: Timestamp) -> bool {
    expires_at < over_before(now)
}

/// Revocations of tokens that expired before this are forgotten at `now`.
fn over_before(now: Timestamp) -> Timestamp {
    now.before(KEPT_PAST_EXPIRY)
}

const SHARDS: usize = 64;
/// How long a revocation outlives its token: a clock that is set back by less revives no revoked token. More than a time
/// zone, which is what a machine's clock is wrong by when it starts.
pub(crate) const KEPT_PAST_EXPIRY: Duration = Duration::from_hours(25);
const REVOCATIONS_AT_ONCE: u32 = 10_000;
const REMOVED_AT_ONCE: u32 = 2_000;
