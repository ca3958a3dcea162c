//! The node's memory of the epochs that were raised lately: what the revocation feed says of accounts and tenants.
//!
//! No token lives longer than a day, so older rises concern none and are not listed. They are kept for longer, as revoked
//! tokens are: a clock that jumps ahead and back removes none. All of the region's are listed: accounts that were deleted
//! or lost their grants have none left that would say whom they concern. They stand here by a digest only.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use aws_lc_rs::digest::{SHA256, digest};
use jeton_protocol::{MAX_FEED_ENTRIES, NameDigest};

use crate::directory::in_time;
use crate::feed_version::FeedVersion;
use crate::keys::LONGEST_TOKEN_TTL;
use crate::model::Timestamp;
use crate::revoked_tokens::KEPT_PAST_EXPIRY;
use crate::store::{RaisedEpochs, Store, StoreError};

/// The epochs of the region's accounts and of all tenants that were raised within the life of any token, and some time
/// before.
#[derive(Debug)]
pub(crate) struct KnownEpochs {
    store: Arc<dyn Store>,
    known: ArcSwap<Known>,
    version: FeedVersion,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Known {
    accounts: BTreeMap<NameDigest, i64>,
    tenants: BTreeMap<NameDigest, i64>,
    /// The highest of those that there was no room for.
    unlisted: Option<i64>,
}

/// What is known of them at some moment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct LiveEpochs {
    /// Of accounts.
    pub(crate) accounts: BTreeMap<NameDigest, i64>,
    /// Of tenants.
    pub(crate) tenants: BTreeMap<NameDigest, i64>,
    /// There are more.
    pub(crate) truncated: bool,
}

impl KnownEpochs {
    /// Knows none yet. What is new raises `version`.
    pub(crate) fn new(store: Arc<dyn Store>, version: FeedVersion) -> Self {
        Self { store, known: ArcSwap::default(), version }
    }

    /// Reads them anew.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; what was known stays.
    pub(crate) async fn read(&self, now: Timestamp) -> Result<(), StoreError> {
        let since = listed_since(now.before(KEPT_PAST_EXPIRY));
        let read = in_time(self.store.list_raised_epochs(since, LISTED_AND_ONE)).await?;
        let known = Arc::new(Known::of(&read));
        if self.known.swap(Arc::clone(&known)) != known {
            self.version.raise();
        }
        Ok(())
    }

    /// Those that may concern a live token at `now`.
    pub(crate) fn at(&self, now: Timestamp) -> LiveEpochs {
        self.known.load().since(listed_since(now))
    }
}

impl Known {
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

    fn since(&self, since: i64) -> LiveEpochs {
        let live = |epochs: &BTreeMap<NameDigest, i64>| {
            epochs.iter().filter(|(_, epoch)| **epoch >= since).map(|(name, epoch)| (*name, *epoch)).collect()
        };
        LiveEpochs {
            accounts: live(&self.accounts),
            tenants: live(&self.tenants),
            truncated: self.unlisted.is_some_and(|epoch| epoch >= since),
        }
    }
}

/// What stands for a client id or a tenant's name.
fn name_digest(name: &str) -> NameDigest {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, name.as_bytes()).as_ref());
    NameDigest::from_sha256(&sha256)
}

/// A rise is to the Unix time at least, so epochs below this were raised before any live token was minted.
fn listed_since(now: Timestamp) -> i64 {
    now.before(LONGEST_TOKEN_TTL).before(SKEW).unix()
}

/// How long an epoch stays listed after the last token expired that it concerns: the clock of the machine that raised it
/// may be behind by nearly as much, and that of an API by the five minutes that revoked tokens have.
const SKEW: Duration = Duration::from_hours(1);
/// One more than there is room for tells that there are more. The highest are the latest, so that those which are kept but
/// not listed take no room from the others.
#[expect(clippy::cast_possible_truncation, reason = "it is ten thousand")]
const LISTED_AND_ONE: u32 = MAX_FEED_ENTRIES as u32 + 1;

#[cfg(test)]
mod tests {
    use super::*;

    /// As many as there are, the highest first.
    fn epochs<N: std::str::FromStr<Err: std::fmt::Debug>>(count: usize, highest: i64) -> Vec<(N, i64)> {
        let named = |number: usize| {
            (format!("name-{number}").parse().unwrap(), highest - i64::try_from(number).unwrap())
        };
        (0..count).map(named).collect()
    }

    #[test]
    fn what_there_is_no_room_for_is_told_until_it_is_too_old_to_matter() {
        let read =
            RaisedEpochs { accounts: epochs(MAX_FEED_ENTRIES + 1, 50_000), tenants: epochs(3, 90_000) };
        let known = Known::of(&read);
        let live = known.since(40_000);
        assert_eq!((live.accounts.len(), live.tenants.len(), live.truncated), (MAX_FEED_ENTRIES, 3, true));
        let live = known.since(40_001);
        assert_eq!((live.accounts.len(), live.tenants.len(), live.truncated), (MAX_FEED_ENTRIES, 3, false));
    }

    #[test]
    fn too_many_tenants_are_told_as_too_many_accounts_are() {
        let read =
            RaisedEpochs { accounts: epochs(3, 90_000), tenants: epochs(MAX_FEED_ENTRIES + 1, 50_000) };
        assert!(Known::of(&read).since(40_000).truncated);
        assert!(!Known::of(&read).since(40_001).truncated);
    }

    #[test]
    fn as_many_as_there_is_room_for_are_all() {
        let read = RaisedEpochs {
            accounts: epochs(MAX_FEED_ENTRIES, 50_000),
            tenants: epochs(MAX_FEED_ENTRIES, 50_000),
        };
        assert!(!Known::of(&read).since(0).truncated);
    }
}
