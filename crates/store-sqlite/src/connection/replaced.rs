//! Detects that the database file was replaced or deleted (decision 0018).
//!
//! `SQLite` keeps the deleted file open but finds the log by its path. So reads are out of date, writes are lost, and
//! the log may already belong to the new file. This module must not know what is read or written.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jeton_core::store::StoreError;
use sqlx::SqlitePool;

use crate::connection::access::READ_ONLY_MEDIA;
use crate::connection::migrations::DatabaseGuard;

/// The connections to one file. They can be used as long as that file is at its path.
#[derive(Debug)]
pub(crate) struct Connections {
    /// A single connection: a second writer would only wait for the first one inside `SQLite`.
    pub(crate) writes: SqlitePool,
    pub(crate) reads: SqlitePool,
    /// Connects at its first use, so that a command does not have it.
    control_reads: SqlitePool,
    path: PathBuf,
    /// Whether the file is on read-only media. If so, every write fails.
    is_read_only: bool,
    /// Never reset: if the file returns to its path, it has missed the writes to the other file.
    replaced: AtomicBool,
    /// Must be the last field: the file must count as open until the connections are dropped.
    file: Arc<DatabaseGuard>,
}

impl Connections {
    pub(crate) fn new(path: &Path, file: DatabaseGuard, writes: SqlitePool, reads: SqlitePool) -> Self {
        let (path, replaced) = (path.to_path_buf(), AtomicBool::new(false));
        let control_reads = reads.options().clone().max_connections(1);
        let control_reads = control_reads.connect_lazy_with((*reads.connect_options()).clone());
        Self { writes, reads, control_reads, path, is_read_only: false, replaced, file: Arc::new(file) }
    }

    /// For a database on read-only media.
    pub(crate) fn read_only(path: &Path, file: DatabaseGuard, reads: SqlitePool) -> Self {
        let mut connections = Self::new(path, file, reads.clone(), reads);
        connections.is_read_only = true;
        connections
    }

    pub(crate) fn reads(&self) -> Result<&SqlitePool, StoreError> {
        self.ensure_same_file()?;
        Ok(&self.reads)
    }

    pub(crate) fn control_reads(&self) -> Result<&SqlitePool, StoreError> {
        self.ensure_same_file()?;
        Ok(&self.control_reads)
    }

    pub(crate) fn writes(&self) -> Result<&SqlitePool, StoreError> {
        self.ensure_same_file()?;
        if self.is_read_only {
            return Err(StoreError::Unavailable(READ_ONLY_MEDIA.into()));
        }
        Ok(&self.writes)
    }

    /// Fails if the open file is no longer the one at its path.
    pub(crate) fn ensure_same_file(&self) -> Result<(), StoreError> {
        if self.is_replaced() { Err(self.error()) } else { Ok(()) }
    }

    /// Closes the connections, unless the file was replaced.
    pub(crate) async fn close(&self) {
        if !self.is_replaced() {
            self.reads.close().await;
            self.control_reads.close().await;
            self.writes.close().await;
        }
    }

    fn is_replaced(&self) -> bool {
        if !self.replaced.load(Ordering::Relaxed) && self.file.is_replaced_at(&self.path) {
            self.replaced.store(true, Ordering::Relaxed);
        }
        self.replaced.load(Ordering::Relaxed)
    }

    fn error(&self) -> StoreError {
        StoreError::Replaced { place: self.path.display().to_string() }
    }
}

impl Drop for Connections {
    /// When `SQLite` closes the last connection, it deletes the log by its path, and that log may belong to the new
    /// file. So connections to a replaced file stay open until the process ends.
    fn drop(&mut self) {
        if self.is_replaced() {
            mem::forget((self.writes.clone(), self.reads.clone(), Arc::clone(&self.file)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;
    use std::fs;

    use jeton_core::model::{Actor, Timestamp};
    use jeton_core::store::{
        Action, AuditEntry, ChangeFeed as _, Migrate, Position, RegionStore as _, Subject,
    };
    use tempfile::TempDir;

    use super::*;
    use crate::SqliteStore;

    #[tokio::test]
    async fn a_replaced_file_is_neither_read_nor_written() {
        let (folder, store) = store().await;
        fs::copy(path(&folder), folder.path().join("backup.db")).unwrap();
        fs::rename(folder.path().join("backup.db"), path(&folder)).unwrap();
        assert_replaced(&store.list_changes(Position::START, 10).await);
        assert_replaced(&store.find_region_epoch().await);
        assert_replaced(&raise(&store).await);
        let text = store.find_region_epoch().await.unwrap_err().to_string();
        assert!(text.contains("jeton.db was replaced or deleted") && text.contains("restart"), "{text}");
    }

    #[tokio::test]
    async fn a_deleted_file_counts_as_replaced_even_if_it_returns() {
        let (folder, store) = store().await;
        let aside = folder.path().join("aside.db");
        fs::rename(path(&folder), &aside).unwrap();
        assert_replaced(&store.find_region_epoch().await);
        fs::rename(&aside, path(&folder)).unwrap();
        assert_replaced(&store.find_region_epoch().await);
    }

    #[tokio::test]
    async fn a_write_that_began_before_the_replacement_is_not_committed() {
        let (folder, store) = store().await;
        let transaction = store.begin().await.unwrap();
        fs::rename(path(&folder), folder.path().join("aside.db")).unwrap();
        assert_replaced(&store.commit(transaction, &audit()).await);
    }

    #[tokio::test]
    async fn neither_closing_nor_dropping_touches_the_log_of_the_new_file() {
        for closes in [true, false] {
            let (folder, store) = store().await;
            raise(&store).await.unwrap();
            fs::copy(path(&folder), folder.path().join("backup.db")).unwrap();
            fs::rename(folder.path().join("backup.db"), path(&folder)).unwrap();
            let log = folder.path().join("jeton.db-wal");
            fs::remove_file(&log).unwrap();
            fs::write(&log, "the new file's log").unwrap();
            if closes {
                store.close().await;
            }
            drop(store);
            tokio::task::yield_now().await;
            assert_eq!(fs::read_to_string(&log).unwrap(), "the new file's log", "closes: {closes}");
        }
    }

    #[tokio::test]
    async fn a_file_overwritten_in_place_is_the_same_file() {
        let (folder, store) = store().await;
        let bytes = fs::read(path(&folder)).unwrap();
        fs::write(path(&folder), bytes).unwrap();
        store.find_region_epoch().await.unwrap();
    }

    #[track_caller]
    fn assert_replaced<T: Debug>(result: &Result<T, StoreError>) {
        assert!(matches!(result, Err(StoreError::Replaced { .. })), "{result:?}");
    }

    async fn store() -> (TempDir, SqliteStore) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", path(&folder).display());
        let store = SqliteStore::open(&url, &"us".parse().unwrap(), Migrate::Pending).await.unwrap();
        (folder, store)
    }

    fn path(folder: &TempDir) -> PathBuf {
        folder.path().join("jeton.db")
    }

    async fn raise(store: &SqliteStore) -> Result<(), StoreError> {
        store.replace_region_epoch(0, 1, &audit()).await
    }

    fn audit() -> AuditEntry {
        AuditEntry {
            at: Timestamp::from_unix(0),
            actor: Actor::Cli("root".to_owned()),
            action: Action::Update,
            tenant: None,
            subject: Subject::Region("us".parse().unwrap()),
            before: None,
            after: None,
        }
    }
}
