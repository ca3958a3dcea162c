//! Which client ids exist, so that an invented id is refused without asking the store.
//!
//! The set is read in the background and kept current by the change feed. Until it is whole, it decides nothing. It may
//! contain ids that were deleted since it was read: those cost a look-up.

use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use jeton_protocol::ClientId;
use tokio::sync::Notify;

use crate::store::{Store, StoreError};

/// The client ids of the region, as hashes with a seed of this process: 10 to 20 bytes each.
#[derive(Debug, Default)]
pub(crate) struct KnownIds {
    hasher: RandomState,
    ids: RwLock<Ids>,
    /// Signals that the set must be read.
    outdated: Notify,
}

#[derive(Debug, Default)]
struct Ids {
    all: HashSet<u64>,
    is_whole: bool,
    /// Raised when the set became incomplete, so that a read that began earlier does not make it whole.
    generation: u64,
}

/// What the set knows of an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// An account has it, or had it.
    Yes,
    /// No account has it, unless it was created since the change feed was last read.
    No,
    /// The set is not whole.
    Undecided,
}

impl KnownIds {
    /// What is known of `id`.
    pub(crate) fn find(&self, id: &ClientId) -> Known {
        let ids = self.read_lock();
        if ids.all.contains(&self.hash(id)) {
            Known::Yes
        } else if ids.is_whole {
            Known::No
        } else {
            Known::Undecided
        }
    }

    /// The number of ids, if the set is whole.
    pub(crate) fn count(&self) -> Option<usize> {
        let ids = self.read_lock();
        ids.is_whole.then_some(ids.all.len())
    }

    /// The change feed named `id`.
    pub(crate) fn add(&self, id: &ClientId) {
        self.write_lock().all.insert(self.hash(id));
    }

    /// The change feed does not name every new account: it has a gap, or many accounts were added at once.
    pub(crate) fn set_outdated(&self) {
        let mut ids = self.write_lock();
        ids.is_whole = false;
        ids.generation += 1;
        drop(ids);
        self.outdated.notify_one();
    }

    /// Waits until the set must be read.
    pub(crate) async fn wait_until_outdated(&self) {
        while self.read_lock().is_whole {
            self.outdated.notified().await;
        }
    }

    /// Reads all ids. Ids that the change feed names meanwhile stay in the set.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer; the set stays incomplete.
    pub(crate) async fn read(&self, store: &dyn Store) -> Result<(), StoreError> {
        let generation = self.read_lock().generation;
        let mut last: Option<ClientId> = None;
        loop {
            let page = store.list_client_ids(last.as_ref(), IDS_PER_PAGE).await?;
            let is_last = page.len() < IDS_PER_PAGE as usize;
            let hashes: Vec<u64> = page.iter().map(|id| self.hash(id)).collect();
            last = page.into_iter().next_back();
            let mut ids = self.write_lock();
            ids.all.extend(hashes);
            if is_last || ids.all.len() > MAX_IDS {
                ids.is_whole = is_last && ids.generation == generation;
                return Ok(());
            }
        }
    }

    fn hash(&self, id: &ClientId) -> u64 {
        self.hasher.hash_one(id)
    }

    fn read_lock(&self) -> RwLockReadGuard<'_, Ids> {
        self.ids.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_lock(&self) -> RwLockWriteGuard<'_, Ids> {
        self.ids.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page takes a few milliseconds, so that the change feed can be read in between.
const IDS_PER_PAGE: u32 = 2_000;
/// With more accounts the set decides nothing, and look-ups of unknown ids are only limited.
const MAX_IDS: usize = 4_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ClientId {
        text.parse().unwrap()
    }

    #[test]
    fn an_incomplete_set_decides_only_about_what_it_has() {
        let known = KnownIds::default();
        known.add(&id("a"));
        assert_eq!((known.find(&id("a")), known.find(&id("b"))), (Known::Yes, Known::Undecided));
        known.write_lock().is_whole = true;
        assert_eq!((known.find(&id("b")), known.count()), (Known::No, Some(1)));
        known.set_outdated();
        assert_eq!((known.find(&id("a")), known.find(&id("b"))), (Known::Yes, Known::Undecided));
        assert_eq!(known.count(), None);
    }
}
