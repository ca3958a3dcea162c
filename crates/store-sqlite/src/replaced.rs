//! Notices that another file was put at the database's path, or that the file was deleted (decision 0018).
//!
//! `SQLite` keeps the deleted file open and finds the log beside it by its path. So what is read is out of date, what is
//! written is lost, and the log may already be the new file's. It must not know what is read or written.

use std::mem;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jeton_core::store::StoreError;
use sqlx::SqlitePool;

use crate::access::READ_ONLY_MEDIA;
use crate::migrations::Entered;

/// The connections to one file, for as long as it is the one at its path.
#[derive(Debug)]
pub(crate) struct Connections {
    /// One connection: a second writer would only wait for the first inside `SQLite`.
    pub(crate) writes: SqlitePool,
    pub(crate) reads: SqlitePool,
    path: PathBuf,
    /// Whether the file is on read-only media, so that each write is refused.
    is_read_only: bool,
    /// Never set back: a file that returns to the path has missed what was written to the other one.
    replaced: AtomicBool,
    /// Last, so that the file is known as open until the connections are dropped.
    file: Arc<Entered>,
}

impl Connections {
    pub(crate) fn new(path: &Path, file: Entered, writes: SqlitePool, reads: SqlitePool) -> Self {
        let (path, replaced) = (path.to_path_buf(), AtomicBool::new(false));
        Self { writes, reads, path, is_read_only: false, replaced, file: Arc::new(file) }
    }

    /// For a database on read-only media.
    pub(crate) fn without_writes(path: &Path, file: Entered, reads: SqlitePool) -> Self {
        let mut connections = Self::new(path, file, reads.clone(), reads);
        connections.is_read_only = true;
        connections
    }

    /// For reading.
    pub(crate) fn reads(&self) -> Result<&SqlitePool, StoreError> {
        self.ensure_same_file()?;
        Ok(&self.reads)
    }

    /// For writing.
    pub(crate) fn writes(&self) -> Result<&SqlitePool, StoreError> {
        self.ensure_same_file()?;
        if self.is_read_only {
            return Err(StoreError::Unavailable(READ_ONLY_MEDIA.into()));
        }
        Ok(&self.writes)
    }

    /// Refuses to go on with a file that is no longer the one at its path.
    pub(crate) fn ensure_same_file(&self) -> Result<(), StoreError> {
        if self.is_replaced() { Err(self.error()) } else { Ok(()) }
    }

    /// Closes them, unless the file was replaced.
    pub(crate) async fn close(&self) {
        if !self.is_replaced() {
            self.reads.close().await;
            self.writes.close().await;
        }
    }

    fn is_replaced(&self) -> bool {
        if !self.replaced.load(Ordering::Relaxed) && self.file.is_elsewhere(&self.path) {
            self.replaced.store(true, Ordering::Relaxed);
        }
        self.replaced.load(Ordering::Relaxed)
    }

    fn error(&self) -> StoreError {
        StoreError::Replaced { place: self.path.display().to_string() }
    }
}

impl Drop for Connections {
    /// `SQLite` deletes the log by its path when it closes the last connection, and the log at that path may be the new
    /// file's. So connections to a replaced file stay open until the process ends.
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

    use jeton_core::model::Timestamp;
    use jeton_core::store::{
        Action, AuditEntry, ChangeFeed as _, Migrate, RegionStore as _, Sequence, Subject,
    };
    use tempfile::TempDir;

    use super::*;
    use crate::SqliteStore;

    #[tokio::test]
    async fn a_file_that_was_replaced_is_neither_read_nor_written() {
        let (folder, store) = store().await;
        fs::copy(path(&folder), folder.path().join("backup.db")).unwrap();
        fs::rename(folder.path().join("backup.db"), path(&folder)).unwrap();
        assert_replaced(&store.list_changes(Sequence::default(), 10).await);
        assert_replaced(&store.find_region_epoch().await);
        assert_replaced(&raise(&store).await);
        let said = store.find_region_epoch().await.unwrap_err().to_string();
        assert!(said.contains("jeton.db was replaced or deleted") && said.contains("restart"), "{said}");
    }

    #[tokio::test]
    async fn a_file_that_was_deleted_counts_as_replaced_also_when_it_returns() {
        let (folder, store) = store().await;
        let aside = folder.path().join("aside.db");
        fs::rename(path(&folder), &aside).unwrap();
        assert_replaced(&store.find_region_epoch().await);
        fs::rename(&aside, path(&folder)).unwrap();
        assert_replaced(&store.find_region_epoch().await);
    }

    #[tokio::test]
    async fn a_write_that_began_before_is_not_committed() {
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
    async fn a_file_that_was_overwritten_in_place_is_the_same_file() {
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
            actor: "root".to_owned(),
            action: Action::Update,
            subject: Subject::Region("us".parse().unwrap()),
            before: None,
            after: None,
        }
    }
}
