//! Tracks which of the node's own writes fail, and since when. Tokens are still issued: these failures are no reason to
//! refuse a request.
//!
//! A success of one kind of write says little about the others. So the list is cleared only by a dedicated test write.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::model::Timestamp;
use crate::store::StoreError;
use crate::store::transfer::Fence;

/// A write that a running node makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreWrite {
    /// Revocations of tokens by clients.
    ClientRevocation,
    /// The summaries of clients' revocations in the audit log.
    RevocationSummary,
    /// The last uses of secrets.
    LastUses,
    /// Creating, rotating and removing keys.
    KeyMaintenance,
    /// Rehashing secrets that were imported with another server's hash.
    Rehashing,
    /// Removing the revocations of expired tokens.
    Pruning,
}

impl StoreWrite {
    const ALL: [Self; 6] = [
        Self::ClientRevocation,
        Self::RevocationSummary,
        Self::LastUses,
        Self::KeyMaintenance,
        Self::Rehashing,
        Self::Pruning,
    ];

    /// The name that operators see.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ClientRevocation => "client revocations",
            Self::RevocationSummary => "summaries of client revocations",
            Self::LastUses => "last uses of secrets",
            Self::KeyMaintenance => "key maintenance",
            Self::Rehashing => "rehashing of imported secrets",
            Self::Pruning => "removal of expired revocations",
        }
    }
}

/// A kind of write that fails, and since when by this node's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailingWrite {
    /// The kind of write.
    pub write: StoreWrite,
    /// When it first failed.
    pub since: Timestamp,
}

/// The kinds of writes that fail now, the number of failures, and whether the store refuses all changes.
#[derive(Debug, Default)]
pub(crate) struct StoreWrites {
    fence: Mutex<Option<Fence>>,
    since: Mutex<[Option<Timestamp>; StoreWrite::ALL.len()]>,
    failures: AtomicU64,
}

impl StoreWrites {
    /// Records the result of a write. A conflict does not count as a failure: the store can be written. Nor does a refusal
    /// of a store that was copied.
    pub(crate) fn record<T>(&self, write: StoreWrite, result: &Result<T, StoreError>, now: Timestamp) {
        if let Err(StoreError::Fenced(fence)) = result {
            self.set_fence(Some(fence.clone()));
        }
        if let Err(StoreError::Unavailable(_) | StoreError::OutcomeUnknown(_) | StoreError::Corrupt(_)) =
            result
        {
            self.failures.fetch_add(1, Ordering::Relaxed);
            self.since()[write as usize].get_or_insert(now);
        }
    }

    /// The kinds of writes that fail now.
    pub(crate) fn failing(&self) -> Vec<FailingWrite> {
        let since = *self.since();
        let failing = StoreWrite::ALL.into_iter().zip(since);
        failing.filter_map(|(write, since)| Some(FailingWrite { write, since: since? })).collect()
    }

    /// How many writes have failed since startup.
    pub(crate) fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    /// Records that the store can be written.
    pub(crate) fn clear(&self) {
        *self.since() = [None; StoreWrite::ALL.len()];
    }

    /// Why the store refuses changes, if it does.
    pub(crate) fn fence(&self) -> Option<Fence> {
        self.fence.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records whether the store refuses changes.
    pub(crate) fn set_fence(&self, fence: Option<Fence>) {
        *self.fence.lock().unwrap_or_else(PoisonError::into_inner) = fence;
    }

    fn since(&self) -> MutexGuard<'_, [Option<Timestamp>; StoreWrite::ALL.len()]> {
        self.since.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
