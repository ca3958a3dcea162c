//! The `SQLite` adapter of the store: one file on a local disk, for one server and its commands.
//!
//! Each store trait has its own file, with the same name in every adapter. The adapter must not know what the values
//! are used for. Writes share one connection and wait for each other. Reads use a small pool and see the last commit.

mod access;
mod account_names;
mod account_parts;
mod account_row;
mod account_write;
mod accounts;
mod audit;
mod audit_log;
mod backup;
mod bulk;
mod changes;
mod connect;
mod copy;
mod error;
mod files;
mod identity;
mod inspect;
mod keys;
mod location;
mod lock_file;
mod lock_wait;
mod migrations;
mod nodes;
mod obstacle;
mod open;
#[cfg(test)]
mod power_cut;
mod regions;
mod replaced;
mod resources;
mod restore;
mod restored_epochs;
mod revocations;
mod secrets;
#[cfg(test)]
mod statement_count;
mod tenants;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jeton_core::store::{LockWait, StoreError};
use jeton_protocol::RegionName;
use sqlx::SqlitePool;

use replaced::Connections;

pub use backup::back_up;
pub use location::Location;
pub use migrations::migrate;
pub use restore::restore;

/// An open database, as one region sees it.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    region: RegionName,
    connections: Arc<Connections>,
    /// How long writes wait for other processes. `None` means the limit of a server.
    lock_wait: Option<LockWait>,
    /// Whether a write through this handle has begun, so the database may have changed.
    has_written: Arc<AtomicBool>,
}

impl SqliteStore {
    /// The pool for all reads. Fails if the file was replaced.
    fn reads(&self) -> Result<&SqlitePool, StoreError> {
        self.connections.reads()
    }

    /// The pool for all writes. Fails if the file was replaced or cannot be written.
    fn writes(&self) -> Result<&SqlitePool, StoreError> {
        self.connections.writes()
    }
}
