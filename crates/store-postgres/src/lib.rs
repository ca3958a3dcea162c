//! The PostgreSQL adapter of the store: one database for any number of servers and their commands.
//!
//! Each store trait has a file, or a folder of its subject, as in the `SQLite` adapter. The adapter must not know what the
//! values are used for. Writers of one chain of the audit log commit one after the other; all other work is concurrent.

mod accounts;
mod announcements;
mod audit;
mod bulk;
mod connection;
mod fence;
mod keys;
mod nodes;
mod regions;
mod resource_users;
mod resources;
mod revocation_summaries;
mod revocations;
mod tenants;
mod times;
mod transfer;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use jeton_core::store::{ControlStore, LockWait, Store, StoreError};
use jeton_protocol::RegionName;
use sqlx::raw_sql;

use announcements::Announcements;
use connection::error::failed;
use connection::known::Known;
use connection::pool::Pool;
use connection::transaction::Transaction;

pub use connection::location::Location;
pub use connection::migrations::migrate;
pub use transfer::{PostgresSource, PostgresWriter};

impl ControlStore for PostgresStore {
    fn for_control(&self) -> Arc<dyn Store> {
        Arc::new(Self { is_control: true, ..self.clone() })
    }
}

/// An open database, as one region sees it.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    region: RegionName,
    writes: Pool,
    reads: Pool,
    control_reads: Pool,
    /// Whether reads use the connection that requests cannot take.
    is_control: bool,
    /// How long writes wait for other writers. `None` means the limit of a server.
    lock_wait: Option<LockWait>,
    /// Whether a write through this handle has begun, so the database may have changed.
    has_written: Arc<AtomicBool>,
    announcements: Arc<Announcements>,
}

impl PostgresStore {
    /// What this process has seen of the database.
    fn known(&self) -> &Known {
        self.writes.shared().known()
    }

    /// The pool for all reads of one statement.
    fn reads(&self) -> &Pool {
        if self.is_control { &self.control_reads } else { &self.reads }
    }

    /// Begins a read of several statements that see one snapshot.
    async fn snapshot(&self) -> Result<Transaction, StoreError> {
        Transaction::begin(self.reads(), SNAPSHOT).await
    }

    /// Begins a snapshot for a read that may look through all rows of a table. No request waits for it.
    async fn scan(&self) -> Result<Transaction, StoreError> {
        // Not on the only connection for background tasks, which the change feed needs several times a second.
        let mut snapshot = Transaction::begin(&self.reads, SNAPSHOT).await?;
        raw_sql("SET LOCAL statement_timeout = '30s'").execute(&mut *snapshot).await.map_err(failed)?;
        Ok(snapshot)
    }
}

const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
