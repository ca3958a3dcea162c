//! A database that is copied while it is used.

use async_trait::async_trait;
use jeton_core::store::transfer::{CopySource, Fence, RowReader, TABLES};
use jeton_core::store::{BackupError, Migrate, OpenError};
use sqlx::{Connection as _, PgConnection};

use super::connection::{connect, failed, run};
use super::reader::PostgresReader;
use crate::Location;
use crate::connection::migrations::ensure_migrated;
use crate::fence;
use crate::times::moment;

/// The database to copy.
#[derive(Debug)]
pub struct PostgresSource {
    location: Location,
}

impl PostgresSource {
    /// Looks whether the database of `url` has the schema of this version.
    ///
    /// # Errors
    /// An [`OpenError`] that names the database.
    pub async fn open(url: &str) -> Result<Self, OpenError> {
        let location = Location::from_url(url)?;
        ensure_migrated(&location, None, Migrate::Never).await?;
        Ok(Self { location })
    }

    /// The error for a fence that was there before.
    async fn fenced_already(&self, connection: &mut PgConnection) -> BackupError {
        match fence::find(connection).await {
            Ok(Some(fence)) => BackupError::Conflict(fence.to_string()),
            Ok(None) => BackupError::Conflict("another command changed the fence; repeat this".to_owned()),
            Err(error) => BackupError::Failed(error.to_string()),
        }
    }

    fn failed(&self, error: sqlx::Error) -> BackupError {
        failed(&self.location, error)
    }
}

#[async_trait]
impl CopySource for PostgresSource {
    async fn reader(&self) -> Result<Box<dyn RowReader>, BackupError> {
        Ok(Box::new(PostgresReader::open(&self.location).await?))
    }

    async fn find_fence(&self) -> Result<Option<Fence>, BackupError> {
        let mut connection = connect(&self.location).await?;
        let found = fence::find(&mut connection).await;
        let _ = connection.close().await;
        found.map_err(|error| BackupError::Failed(error.to_string()))
    }

    async fn fence(&self, wanted: &Fence) -> Result<(), BackupError> {
        let mut connection = connect(&self.location).await?;
        let set = sqlx::query!(
            "INSERT INTO store_fence (since, target) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            moment(wanted.since),
            wanted.target,
        )
        .execute(&mut connection)
        .await
        .map_err(|error| self.failed(error))?;
        if set.rows_affected() == 0 {
            return Err(self.fenced_already(&mut connection).await);
        }
        wait_for_writers(&mut connection).await.map_err(|error| self.failed(error))?;
        let _ = connection.close().await;
        Ok(())
    }

    async fn unfence(&self) -> Result<Option<Fence>, BackupError> {
        let mut connection = connect(&self.location).await?;
        let present = fence::find(&mut connection).await;
        let present = present.map_err(|error| BackupError::Failed(error.to_string()))?;
        run(&mut connection, "DELETE FROM store_fence").await.map_err(|error| self.failed(error))?;
        let _ = connection.close().await;
        Ok(present)
    }
}

/// Waits for each transaction that may not have seen the fence. Such a transaction has written to a table and holds
/// the table's lock until it ends. One table after the other, so that this waits for no writer that waits for this.
async fn wait_for_writers(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    for table in &TABLES {
        run(connection, format!("BEGIN; LOCK TABLE {} IN SHARE MODE; COMMIT", table.name)).await?;
    }
    Ok(())
}
