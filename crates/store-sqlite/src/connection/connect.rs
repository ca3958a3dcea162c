//! Configures connections: durability, lock timeouts and memory.

use std::future::ready;
use std::time::Duration;

use jeton_core::store::LockWait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _};

use crate::Location;
use crate::connection::access::is_read_only_media;
use crate::connection::lock_wait::with_busy_timeout;

/// The pool with the one connection that writes.
pub(crate) async fn write_pool(
    location: &Location,
    wait: Option<LockWait>,
) -> Result<SqlitePool, sqlx::Error> {
    // A second write of this process waits for the connection as long as the first one waits for the lock.
    let acquire = ACQUIRE_TIMEOUT + wait.map_or(Duration::ZERO, |wait| wait.limit);
    pool(1)
        .acquire_timeout(acquire)
        .connect_with(with_busy_timeout(options(location), wait, BUSY_TIMEOUT))
        .await
}

/// The pool for reads. A write through it fails.
pub(crate) async fn read_pool(location: &Location) -> Result<SqlitePool, sqlx::Error> {
    pool(READERS).connect_with(options(location).busy_timeout(BUSY_TIMEOUT).pragma("query_only", "on")).await
}

/// The pool for a database on read-only media.
pub(crate) async fn read_only_pool(location: &Location) -> Result<SqlitePool, sqlx::Error> {
    pool(READERS)
        .connect_with(inspection_options(location).busy_timeout(BUSY_TIMEOUT).pragma("query_only", "on"))
        .await
}

/// For the connection that migrates the schema. Another process may be migrating at the same time.
pub(crate) fn migration_options(location: &Location, wait: Option<LockWait>) -> SqliteConnectOptions {
    with_busy_timeout(options(location), wait, MIGRATION_BUSY_TIMEOUT)
}

/// For a connection that does not change a byte: it cannot even checkpoint the log into the file when it closes.
pub(crate) fn inspection_options(location: &Location) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(location.path())
        .read_only(true)
        .immutable(is_read_only_media(location.path()))
        .busy_timeout(MIGRATION_BUSY_TIMEOUT)
        .disable_statement_logging()
}

pub(crate) fn options(location: &Location) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(location.path())
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // With NORMAL, a power cut loses acknowledged commits.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .pragma("cache_size", CACHE_KIB)
        .disable_statement_logging()
}

pub(crate) fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        // When the disk is full or fails, SQLite rolls back by itself but sqlx still counts the transaction as open.
        // Every later transaction on that connection would fail, even after the disk works again. So close it.
        .before_acquire(|connection, _| Box::pin(ready(Ok(!connection.is_in_transaction()))))
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Waiting for a connection plus waiting for the lock must stay below one second, because a client is waiting.
const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(350);
const BUSY_TIMEOUT: Duration = Duration::from_millis(550);
const MIGRATION_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
const READERS: u32 = 4;
/// Page cache of each connection. A negative value is in KiB.
pub(crate) const CACHE_KIB: &str = "-2048";

#[cfg(test)]
mod tests {
    use jeton_core::store::Migrate;
    use sqlx::query_scalar;

    use crate::SqliteStore;

    #[tokio::test]
    async fn every_connection_has_durable_settings() {
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
