//! How connections are set up: what durability, waiting and memory rest on.

use std::future::ready;
use std::time::Duration;

use jeton_core::store::LockWait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::Location;
use crate::access::is_read_only_media;
use crate::lock_wait::limited;

/// The connection that writes.
pub(crate) async fn writes(location: &Location, wait: Option<LockWait>) -> Result<SqlitePool, sqlx::Error> {
    // A second write of the same process waits for the connection as long as the first one waits for the lock.
    let acquire = ACQUIRE + wait.map_or(Duration::ZERO, |wait| wait.limit);
    pool(1).acquire_timeout(acquire).connect_with(limited(options(location), wait, BUSY)).await
}

/// The connections that read; a write through them fails.
pub(crate) async fn reads(location: &Location) -> Result<SqlitePool, sqlx::Error> {
    pool(READERS).connect_with(options(location).busy_timeout(BUSY).pragma("query_only", "on")).await
}

/// The connections to a database on read-only media.
pub(crate) async fn reads_only(location: &Location) -> Result<SqlitePool, sqlx::Error> {
    pool(READERS).connect_with(inspection(location).busy_timeout(BUSY).pragma("query_only", "on")).await
}

/// For one connection that brings the schema up to date; another process may be doing the same.
pub(crate) fn migration(location: &Location, wait: Option<LockWait>) -> SqliteConnectOptions {
    limited(options(location), wait, MIGRATION_BUSY)
}

/// For one connection that looks without changing a byte: it cannot even move the log into the file when it closes.
pub(crate) fn inspection(location: &Location) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(location.path())
        .read_only(true)
        .immutable(is_read_only_media(location.path()))
        .busy_timeout(MIGRATION_BUSY)
        .disable_statement_logging()
}

pub(crate) fn options(location: &Location) -> SqliteConnectOptions {
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

pub(crate) fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        // SQLite itself rolls back when the disk is full or fails, and sqlx still counts the transaction: every
        // later one on that connection would fail, long after the disk is well again. Such a connection is closed.
        .before_acquire(|connection, _| Box::pin(ready(Ok(!connection.is_in_transaction()))))
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Waiting for a connection and then for the lock must end within a second: the caller's client waits.
const ACQUIRE: Duration = Duration::from_millis(350);
const BUSY: Duration = Duration::from_millis(550);
const MIGRATION_BUSY: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
/// Of each connection; negative means KiB.
pub(crate) const CACHE_KIB: &str = "-2048";

#[cfg(test)]
mod tests {
    use jeton_core::store::Migrate;
    use sqlx::query_scalar;

    use crate::SqliteStore;

    #[tokio::test]
    async fn every_connection_keeps_what_it_acknowledges() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/jeton.db", folder.path().display());
        let store = SqliteStore::open(&url, &"us".parse().unwrap(), Migrate::Pending).await.unwrap();
        for (pool, query_only) in [(&store.connections.writes, 0), (&store.connections.reads, 1)] {
            let journal: String = query_scalar("PRAGMA journal_mode").fetch_one(pool).await.unwrap();
            assert_eq!(journal, "wal");
            // 2 is FULL.
            for (pragma, expected) in [
                ("PRAGMA synchronous", 2),
                ("PRAGMA foreign_keys", 1),
                ("PRAGMA busy_timeout", 550),
                ("PRAGMA query_only", query_only),
            ] {
                let value: i64 = query_scalar(pragma).fetch_one(pool).await.unwrap();
                assert_eq!(value, expected, "{pragma}");
            }
        }
    }
}
