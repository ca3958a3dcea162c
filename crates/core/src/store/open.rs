//! Options for opening a store, and the result of inspecting one without write access.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use thiserror::Error;

use crate::model::Key;

/// What to do if the store is missing or lacks migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrate {
    /// Create a missing store; apply all pending migrations.
    Pending,
    /// Create a missing store; do not migrate an existing one.
    New,
    /// Change nothing: fail with [`OpenError::Missing`](super::OpenError) or
    /// [`OpenError::NotMigrated`](super::OpenError).
    Never,
}

/// How to open a store. A [`Migrate`] converts to it, with the defaults of a server.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// What to do if the store is missing or lacks migrations.
    pub migrate: Migrate,
    /// How long a write waits for other writers; `None`: as long as in a server request.
    pub lock_wait: Option<LockWait>,
    /// The name of this process in the server's list of connections. A store in a file does not use it.
    pub name: Option<String>,
    /// How many connections to a server this process may have. A store in a file does not use it.
    pub connections: ConnectionLimits,
    /// How long a call waits for a server. A store in a file does not use them.
    pub timeouts: ConnectionTimeouts,
}

/// The largest numbers of connections to a server. A node needs one more for its background tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionLimits {
    /// For reads of requests.
    pub reads: NonZeroUsize,
    /// For writes.
    pub writes: NonZeroUsize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self { reads: READS, writes: WRITES }
    }
}

/// How long a call waits for a server: each at least a millisecond. A call of a node takes [`CALL_TIMEOUT`] at most,
/// whatever they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConnectionTimeouts {
    /// For a free connection. A command waits longer, by [`LockWait::limit`].
    pub acquire: Duration,
    /// For another writer. [`LockWait::limit`] replaces it.
    pub lock: Duration,
    /// For a statement that reads for a request. Commands may read for longer.
    pub statement: Duration,
    /// For the next statement of an open transaction; then the server ends the transaction.
    pub idle_in_transaction: Duration,
}

impl Default for ConnectionTimeouts {
    fn default() -> Self {
        Self {
            acquire: Duration::from_millis(350),
            lock: Duration::from_millis(300),
            statement: Duration::from_millis(700),
            idle_in_transaction: Duration::from_secs(5),
        }
    }
}

impl From<Migrate> for OpenOptions {
    fn from(migrate: Migrate) -> Self {
        Self {
            migrate,
            lock_wait: None,
            name: None,
            connections: ConnectionLimits::default(),
            timeouts: ConnectionTimeouts::default(),
        }
    }
}

/// How long a node waits for a call of its store, so that a 503 response is sent within a second.
pub const CALL_TIMEOUT: Duration = Duration::from_millis(900);

const READS: NonZeroUsize = NonZeroUsize::new(4).unwrap();
const WRITES: NonZeroUsize = NonZeroUsize::new(2).unwrap();

/// How long a write waits while another process writes to the store, and how it reports that it waits.
#[derive(Debug, Clone, Copy)]
pub struct LockWait {
    /// After this time the write fails with [`Locked`].
    pub limit: Duration,
    /// The time after which `notice` is called.
    pub notice_after: Duration,
    /// Called once for each write that still waits after `notice_after`.
    pub notice: fn(),
}

/// Another process kept the store locked for all of [`LockWait::limit`]. This is the source of
/// [`StoreError::Unavailable`](super::StoreError) and [`OpenError::Unavailable`](super::OpenError).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Locked {
    /// The first write through this handle failed.
    #[error(
        "another process has been writing to it for {0:?}; nothing was changed, and it is safe to repeat the command"
    )]
    First(Duration),
    /// A later write failed; earlier ones may have been committed.
    #[error(
        "another process has been writing to it for {0:?}; this change was not made, but earlier changes of the same \
        command may be stored"
    )]
    Later(Duration),
}

/// The result of inspecting the place of a store without changing anything.
#[derive(Debug, Clone)]
pub enum InspectedStore {
    /// There is no store yet.
    New {
        /// Where it would be created.
        place: String,
        /// The folder that would be created for it, if it is a file.
        folder: Option<PathBuf>,
    },
    /// A store that lacks migrations.
    Outdated {
        /// The location of the store.
        place: String,
        /// The check value of the region's master key, if it has one:
        /// [`KeyStore::find_master_key_check`](super::KeyStore).
        master_key_check: Option<Vec<u8>>,
    },
    /// A store of this version.
    Current {
        /// The check value of the region's master key, if it has one.
        master_key_check: Option<Vec<u8>>,
        /// The region's keys: [`KeyStore::list_keys`](super::KeyStore).
        keys: Vec<Key>,
    },
}
