//! The node's memory of the epochs that were raised lately: what the revocation feed says of accounts and tenants.
//!
//! No token lives longer than a day, so older rises concern none. All of the region's are kept and told: accounts that were
//! deleted or lost their grants have none left that would say whom they concern. They stand here by a digest only.

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
use crate::store::{Store, StoreError};

/// The epochs of the region's accounts and of all tenants that were raised within the life of any token.
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
        // A minute more than is told: which is the same at every node then, whenever it has read.
        let since = since(now.before(Duration::from_mins(1)));
        let read = in_time(self.store.list_raised_epochs(since, LISTED_AND_ONE)).await?;
        let unlisted = read.accounts.get(MAX_FEED_ENTRIES).map(|(_, epoch)| *epoch);
        let unlisted = unlisted.max(read.tenants.get(MAX_FEED_ENTRIES).map(|(_, epoch)| *epoch));
        let accounts = read.accounts.iter().map(|(id, epoch)| (name_digest(id.as_str()), *epoch));
        let tenants = read.tenants.iter().map(|(name, epoch)| (name_digest(name.as_str()), *epoch));
        let known = Arc::new(Known {
            accounts: accounts.take(MAX_FEED_ENTRIES).collect(),
            tenants: tenants.take(MAX_FEED_ENTRIES).collect(),
            unlisted,
        });
        if self.known.swap(Arc::clone(&known)) != known {
            self.version.raise();
        }
        Ok(())
    }

    /// Those that may concern a live token at `now`.
    pub(crate) fn at(&self, now: Timestamp) -> LiveEpochs {
        let (known, since) = (self.known.load(), since(now));
        let live = |epochs: &BTreeMap<NameDigest, i64>| {
            epochs.iter().filter(|(_, epoch)| **epoch >= since).map(|(name, epoch)| (*name, *epoch)).collect()
        };
        LiveEpochs {
            accounts: live(&known.accounts),
            tenants: live(&known.tenants),
            truncated: known.unlisted.is_some_and(|epoch| epoch >= since),
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
fn since(now: Timestamp) -> i64 {
    now.before(LONGEST_TOKEN_TTL).before(SKEW).unix()
}

/// How far the clock of whoever raised an epoch may be behind.
const SKEW: Duration = Duration::from_hours(1);
/// One more than there is room for tells that there are more.
#[expect(clippy::cast_possible_truncation, reason = "it is ten thousand")]
const LISTED_AND_ONE: u32 = MAX_FEED_ENTRIES as u32 + 1;
