//! What is decided before a store is opened, and what can be told of it without opening it to writes.

use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::model::Key;

/// What to do about a store of an earlier version, or a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrate {
    /// Bring it up to this version.
    Pending,
    /// Make it where there is none; leave one of an earlier version as it is.
    New,
    /// Leave everything as it is: [`OpenError::Missing`](super::OpenError), [`OpenError::NotMigrated`](super::OpenError).
    Never,
}

/// How a store is opened. A bare [`Migrate`] converts to it and keeps the limits of a server's requests.
#[derive(Debug, Clone, Copy)]
pub struct OpenOptions {
    /// What to do about a store of an earlier version, or a new one.
    pub migrate: Migrate,
    /// How long a write waits for other writers; without it as long as a server's request does.
    pub lock_wait: Option<LockWait>,
}

impl From<Migrate> for OpenOptions {
    fn from(migrate: Migrate) -> Self {
        Self { migrate, lock_wait: None }
    }
}

/// How long a write waits while another process writes to the store, and what says that it waits.
#[derive(Debug, Clone, Copy)]
pub struct LockWait {
    /// A write that waited for so long fails with [`Locked`].
    pub limit: Duration,
    /// When to call `notice`.
    pub notice_after: Duration,
    /// Called once for each write that still waits then.
    pub notice: fn(),
}

/// Another process wrote to the store for the whole of [`LockWait::limit`]: the source of
/// [`StoreError::Unavailable`](super::StoreError) and [`OpenError::Unavailable`](super::OpenError).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Locked {
    /// It was the first write through this handle.
    #[error(
        "another process has been writing to it for {0:?}; nothing was changed, and it is safe to repeat the command"
    )]
    First(Duration),
    /// Writes before it may have been committed.
    #[error(
        "another process has been writing to it for {0:?}; this change was not made, but earlier changes of the same \
        command may be stored"
    )]
    Later(Duration),
}

/// What is where a store should be, looked at without changing anything.
#[derive(Debug, Clone)]
pub enum InspectedStore {
    /// No store yet.
    New {
        /// Where it would be made.
        place: String,
        /// The folder that is made with it, if it is a file.
        folder: Option<PathBuf>,
    },
    /// A store that lacks migrations.
    Outdated {
        /// Which store.
        place: String,
        /// Of the region's master key, if it has one: [`KeyStore::find_master_key_check`](super::KeyStore).
        master_key_check: Option<Vec<u8>>,
    },
    /// A store of this version.
    Current {
        /// Of the region's master key, if it has one.
        master_key_check: Option<Vec<u8>>,
        /// The region's keys: [`KeyStore::list_keys`](super::KeyStore).
        keys: Vec<Key>,
    },
}
