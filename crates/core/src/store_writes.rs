//! Which of the node's own writes fail, and since when. Tokens are issued without them: they are no reason to refuse.
//!
//! A success of one write says little about the others, so the list is cleared by a write that is made for it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::authorization_server::AuthorizationServer;
use crate::directory::in_time;
use crate::keys::KeyRingError;
use crate::model::Timestamp;
use crate::store::StoreError;

/// A write that a running node makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreWrite {
    /// A client revokes a token.
    ClientRevocation,
    /// The last uses of secrets.
    LastUses,
    /// Keys are made, rotated and removed.
    KeyMaintenance,
    /// The secrets of another server get hashes of ours.
    Rehashing,
    /// Revocations of expired tokens are removed.
    Pruning,
}

impl StoreWrite {
    const ALL: [Self; 5] =
        [Self::ClientRevocation, Self::LastUses, Self::KeyMaintenance, Self::Rehashing, Self::Pruning];

    /// What it is called for operators.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientRevocation => "client revocations",
            Self::LastUses => "last uses of secrets",
            Self::KeyMaintenance => "key maintenance",
            Self::Rehashing => "rehashing of imported secrets",
            Self::Pruning => "removal of expired revocations",
        }
    }
}

/// A write that fails, and since when by this node's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailingWrite {
    /// Which one.
    pub write: StoreWrite,
    /// When it failed first.
    pub since: Timestamp,
}

/// The writes that fail now, and how many have failed.
#[derive(Debug, Default)]
pub(crate) struct StoreWrites {
    since: Mutex<[Option<Timestamp>; StoreWrite::ALL.len()]>,
    failures: AtomicU64,
}

impl StoreWrites {
    /// Notes what came of a write. A conflict is an answer of a store that can be written.
    pub(crate) fn note<T>(&self, write: StoreWrite, done: &Result<T, StoreError>, now: Timestamp) {
        if let Err(StoreError::Unavailable(_) | StoreError::Corrupt(_)) = done {
            self.failures.fetch_add(1, Ordering::Relaxed);
            self.since()[write as usize].get_or_insert(now);
        }
    }

    fn failing(&self) -> Vec<FailingWrite> {
        let since = *self.since();
        let failing = StoreWrite::ALL.into_iter().zip(since);
        failing.filter_map(|(write, since)| Some(FailingWrite { write, since: since? })).collect()
    }

    fn recovered(&self) {
        *self.since() = [None; StoreWrite::ALL.len()];
    }

    fn since(&self) -> MutexGuard<'_, [Option<Timestamp>; StoreWrite::ALL.len()]> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl AuthorizationServer {
    /// The writes that fail now; none while the store takes all of them.
    #[must_use]
    pub fn failing_writes(&self) -> Vec<FailingWrite> {
        self.writes.failing()
    }

    /// How many writes have failed since the start.
    #[must_use]
    pub fn write_failures(&self) -> u64 {
        self.writes.failures.load(Ordering::Relaxed)
    }

    /// Where writes fail, tries one that changes nothing; whether the store takes writes again. Called every few seconds.
    ///
    /// # Errors
    /// [`StoreError`] when the store still cannot be written.
    pub async fn retry_writing(&self) -> Result<bool, StoreError> {
        if self.writes.failing().is_empty() {
            return Ok(false);
        }
        in_time(self.store.check_writable()).await?;
        self.writes.recovered();
        Ok(true)
    }

    /// Does what is due for the region's keys ([`KeyKeeper::tend`](crate::KeyKeeper::tend)).
    ///
    /// # Errors
    /// [`KeyRingError`] when a key cannot be made or stored.
    pub async fn tend_keys(&self) -> Result<(), KeyRingError> {
        match self.directory.keeper().tend().await {
            Err(KeyRingError::Store(error)) => {
                let done: Result<(), _> = Err(error);
                self.writes.note(StoreWrite::KeyMaintenance, &done, self.clock.now());
                Ok(done?)
            }
            other => other,
        }
    }
}
