//! Caches the recently raised epochs: the part of the revocation feed about accounts and tenants.
//!
//! A token is valid for at most a day, so epochs that were raised earlier affect no token and are not listed. They stay
//! cached for longer, as revoked tokens do, so that a clock that jumps ahead and back removes none. All raised epochs
//! of the region are listed for every reader: accounts that were deleted or lost their grants have no grants left that
//! would show which audiences are affected. Names are stored as digests only.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jeton_protocol::{MAX_FEED_ENTRIES, NameDigest};

use crate::keys::LONGEST_TOKEN_TTL;
use crate::memory::feed_version::RevocationFeedVersions;
use crate::memory::name_digest::name_digest;
use crate::memory::revoked_tokens::RETENTION_AFTER_EXPIRY;
use crate::model::Timestamp;
use crate::store::{RaisedEpochs, Store, StoreError};

/// The epochs of the region's accounts and of all tenants that were raised within the maximum lifetime of a token, and
/// some time before.
#[derive(Debug)]
pub(crate) struct RaisedEpochsCache {
    store: Arc<dyn Store>,
    cached: ArcSwap<CachedEpochs>,
    versions: RevocationFeedVersions,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct CachedEpochs {
    accounts: BTreeMap<NameDigest, i64>,
    tenants: BTreeMap<NameDigest, i64>,
    /// The highest epoch that did not fit.
    unlisted: Option<i64>,
}

/// The epochs to list at some moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListedEpochs {
    /// The epochs of accounts.
    pub(crate) accounts: BTreeMap<NameDigest, i64>,
    /// The epochs of tenants.
    pub(crate) tenants: BTreeMap<NameDigest, i64>,
    /// Whether there are more entries than listed.
    pub(crate) truncated: bool,
}

impl RaisedEpochsCache {
    /// An empty cache. New epochs raise the version of every reader: their accounts may have had any audience.
    pub(crate) fn new(store: Arc<dyn Store>, versions: RevocationFeedVersions) -> Self {
        Self { store, cached: ArcSwap::default(), versions }
    }

    /// Reads the raised epochs again.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; the cache keeps its contents.
    pub(crate) async fn read(&self, now: Timestamp) -> Result<(), StoreError> {
        let since = listed_since(now.before(RETENTION_AFTER_EXPIRY));
        let read = self.store.list_raised_epochs(since, READ_LIMIT).await?;
        let epochs = Arc::new(CachedEpochs::of(&read));
        if self.cached.swap(Arc::clone(&epochs)) != epochs {
            self.versions.raise_all();
        }
        Ok(())
    }

    /// The epochs that may affect an unexpired token at `now`.
    pub(crate) fn at(&self, now: Timestamp) -> ListedEpochs {
        self.cached.load().since(listed_since(now))
    }
}

impl CachedEpochs {
    fn of(read: &RaisedEpochs) -> Self {
        let accounts = read.accounts.iter().map(|(id, epoch)| (name_digest(id.as_str()), *epoch));
        let tenants = read.tenants.iter().map(|(name, epoch)| (name_digest(name.as_str()), *epoch));
        let unlisted = [accounts.clone().nth(MAX_FEED_ENTRIES), tenants.clone().nth(MAX_FEED_ENTRIES)];
        Self {
            accounts: accounts.take(MAX_FEED_ENTRIES).collect(),
            tenants: tenants.take(MAX_FEED_ENTRIES).collect(),
            unlisted: unlisted.into_iter().flatten().map(|(_, epoch)| epoch).max(),
        }
    }

    fn since(&self, since: i64) -> ListedEpochs {
        let listed = |epochs: &BTreeMap<NameDigest, i64>| {
            epochs.iter().filter(|(_, epoch)| **epoch >= since).map(|(name, epoch)| (*name, *epoch)).collect()
        };
        ListedEpochs {
            accounts: listed(&self.accounts),
            tenants: listed(&self.tenants),
            truncated: self.unlisted.is_some_and(|epoch| epoch >= since),
        }
    }
}

/// An epoch is raised at least to the Unix time, so epochs below this were raised before any unexpired token was
/// issued.
fn listed_since(now: Timestamp) -> i64 {
    now.before(LONGEST_TOKEN_TTL).before(SKEW).unix()
}

/// How long an epoch stays listed after the last affected token expired. The clock of the machine that raised it may be
/// behind by almost this much, and that of an API by five minutes, as for revoked tokens.
const SKEW: Duration = Duration::from_hours(1);
/// One more than fits, to detect that there are more. The highest epochs are the latest ones, so cached epochs that are
/// no longer listed do not displace others.
#[expect(clippy::cast_possible_truncation, reason = "the value is ten thousand")]
const READ_LIMIT: u32 = MAX_FEED_ENTRIES as u32 + 1;

#[cfg(test)]
mod tests {
    use super::*;

    /// `count` names with their epochs, the highest epoch first.
    fn epochs<N: std::str::FromStr<Err: std::fmt::Debug>>(count: usize, highest: i64) -> Vec<(N, i64)> {
        let named = |number: usize| {
            (format!("name-{number}").parse().unwrap(), highest - i64::try_from(number).unwrap())
        };
        (0..count).map(named).collect()
    }

    #[test]
    fn a_list_is_truncated_until_the_omitted_epochs_are_too_old() {
        let read =
            RaisedEpochs { accounts: epochs(MAX_FEED_ENTRIES + 1, 50_000), tenants: epochs(3, 90_000) };
        let known = CachedEpochs::of(&read);
        let live = known.since(40_000);
        assert_eq!((live.accounts.len(), live.tenants.len(), live.truncated), (MAX_FEED_ENTRIES, 3, true));
        let live = known.since(40_001);
        assert_eq!((live.accounts.len(), live.tenants.len(), live.truncated), (MAX_FEED_ENTRIES, 3, false));
    }

    #[test]
    fn too_many_tenants_truncate_the_list_too() {
        let read =
            RaisedEpochs { accounts: epochs(3, 90_000), tenants: epochs(MAX_FEED_ENTRIES + 1, 50_000) };
        assert!(CachedEpochs::of(&read).since(40_000).truncated);
        assert!(!CachedEpochs::of(&read).since(40_001).truncated);
    }

    #[test]
    fn a_full_list_is_not_truncated() {
        let read = RaisedEpochs {
            accounts: epochs(MAX_FEED_ENTRIES, 50_000),
            tenants: epochs(MAX_FEED_ENTRIES, 50_000),
        };
        assert!(!CachedEpochs::of(&read).since(0).truncated);
    }
}
