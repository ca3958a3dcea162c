//! A database that is copied while it is used.

use async_trait::async_trait;
use jeton_core::model::Timestamp;
use jeton_core::store::transfer::{CopySource, Fence, RowReader};
use jeton_core::store::{BackupError, OpenError};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::reader::SqliteReader;
use crate::Location;
use crate::backup::copy::{close, open};
use crate::connection::error;
use crate::connection::migrations::{DatabaseGuard, require_migrated};

/// The database to copy. No restore replaces it while this exists.
#[derive(Debug)]
pub struct SqliteSource {
    location: Location,
    _guard: DatabaseGuard,
}

impl SqliteSource {
    /// Opens the database of `url`. It must have the schema of this version.
    ///
    /// # Errors
    /// An [`OpenError`] that names the file.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let location = Location::from_url(url)?;
        let guard = require_migrated(&location).await?;
        Ok(Self { location, _guard: guard })
    }

    /// Runs a transaction that writes. Other writers are waited for.
    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, BackupError> {
        let path = self.location.path().to_path_buf();
        let written = tokio::task::spawn_blocking(move || -> rusqlite::Result<T> {
            let mut connection = open(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            connection.execute_batch("PRAGMA synchronous = FULL")?;
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let done = work(&transaction)?;
            transaction.commit()?;
            Ok(done)
        });
        let written = written.await.map_err(|error| BackupError::Failed(error.to_string()))?;
        Ok(written.map_err(|fault| error::unreadable(&self.location, fault))?)
    }
}

#[async_trait]
impl CopySource for SqliteSource {
    async fn reader(&self) -> Result<Box<dyn RowReader>, BackupError> {
        Ok(Box::new(SqliteReader::open(&self.location)?))
    }

    async fn find_fence(&self) -> Result<Option<Fence>, BackupError> {
        let found = open(self.location.path(), OpenFlags::SQLITE_OPEN_READ_ONLY).and_then(|connection| {
            let found = find(&connection)?;
            close(connection)?;
            Ok(found)
        });
        Ok(found.map_err(|fault| error::unreadable(&self.location, fault))?)
    }

    /// Writers wait for each other and look for the fence when it is their turn, so none is missed.
    async fn fence(&self, fence: &Fence) -> Result<(), BackupError> {
        let Fence { since, target } = fence.clone();
        let present = self.write(move |connection| {
            let present = find(connection)?;
            if present.is_none() {
                connection.execute(
                    "INSERT INTO store_fence (since, target) VALUES (?, ?)",
                    (since.unix(), target),
                )?;
            }
            Ok(present)
        });
        match present.await? {
            Some(present) => Err(BackupError::Conflict(present.to_string())),
            None => Ok(()),
        }
    }

    async fn unfence(&self) -> Result<Option<Fence>, BackupError> {
        self.write(|connection| {
            let present = find(connection)?;
            connection.execute("DELETE FROM store_fence", [])?;
            Ok(present)
        })
        .await
    }
}

fn find(connection: &Connection) -> rusqlite::Result<Option<Fence>> {
    let mut statement = connection.prepare("SELECT since, target FROM store_fence")?;
    let fence =
        |row: &rusqlite::Row<'_>| Ok(Fence { since: Timestamp::from_unix(row.get(0)?), target: row.get(1)? });
    statement.query_row([], fence).optional()
}
