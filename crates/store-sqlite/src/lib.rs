//! The `SQLite` adapter of the store: one file on a local disk, for one server and its commands.
//!
//! Each store trait has a file, or a folder of its subject. The adapter must not know what the values
//! are used for. Writes share one connection and wait for each other. Reads use a small pool and see the last commit.

mod accounts;
mod announcements;
mod audit;
mod backup;
mod bulk;
mod connection;
mod fence;
mod keys;
mod nodes;
#[cfg(test)]
mod power_cut;
mod regions;
mod resource_users;
mod resources;
mod revocation_summaries;
mod revocations;
mod tenants;
mod transfer;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jeton_core::store::{ControlStore, LockWait, Store, StoreError};
use jeton_protocol::RegionName;
use sqlx::SqlitePool;

use connection::replaced::Connections;

pub use backup::back_up::back_up;
pub use backup::restore::restore;
pub use connection::location::Location;
pub use connection::migrations::migrate;
pub use transfer::{BackupReader, SqliteSource, backup_file, new_database};

impl ControlStore for SqliteStore {
    fn for_control(&self) -> Arc<dyn Store> {
        Arc::new(Self { is_control: true, ..self.clone() })
    }
}

/// An open database, as one region sees it.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    region: RegionName,
    connections: Arc<Connections>,
    /// Whether reads use the connection that requests cannot take.
    is_control: bool,
    /// How long writes wait for other processes. `None` means the limit of a server.
    lock_wait: Option<LockWait>,
    /// Whether a write through this handle has begun, so the database may have changed.
    has_written: Arc<AtomicBool>,
}

impl SqliteStore {
    /// The pool for all reads. Fails if the file was replaced.
    fn reads(&self) -> Result<&SqlitePool, StoreError> {
        if self.is_control { self.connections.control_reads() } else { self.connections.reads() }
    }

    /// The pool for all writes. Fails if the file was replaced or cannot be written.
    fn writes(&self) -> Result<&SqlitePool, StoreError> {
        self.connections.writes()
    }
}
