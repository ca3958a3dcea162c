//! How connections are set up: what durability, waiting and memory rest on.

use std::time::Duration;

use sqlx::ConnectOptions as _;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::Location;

/// The connection that writes.
pub(crate) async fn writes(location: &Location) -> Result<SqlitePool, sqlx::Error> {
    pool(1).connect_with(options(location).busy_timeout(BUSY)).await
}

/// The connections that read; a write through them fails.
pub(crate) async fn reads(location: &Location) -> Result<SqlitePool, sqlx::Error> {
    pool(READERS).connect_with(options(location).busy_timeout(BUSY).pragma("query_only", "on")).await
}

/// For one connection that brings the schema up to date; another process may be doing the same.
pub(crate) fn migration(location: &Location) -> SqliteConnectOptions {
    options(location).busy_timeout(MIGRATION_BUSY)
}

/// For one connection that looks without changing a byte: it cannot even move the log into the file when it closes.
pub(crate) fn inspection(location: &Location) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(location.path())
        .read_only(true)
        .busy_timeout(MIGRATION_BUSY)
        .disable_statement_logging()
}

fn options(location: &Location) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(location.path())
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // With NORMAL, acknowledged commits are lost at a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("cache_size", CACHE_KIB)
        .disable_statement_logging()
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Waiting for a connection and then for the lock must end within a second: the caller's client waits.
const ACQUIRE: Duration = Duration::from_millis(350);
const BUSY: Duration = Duration::from_millis(550);
const MIGRATION_BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
/// Of each connection; negative means KiB.
const CACHE_KIB: &str = "-2048";
