//! Copies whole stores: into another store, into the file of a backup, and from such a file.

use std::path::Path;
use std::sync::Arc;

use jeton_core::Clock;
use jeton_core::store::transfer::{Copied, CopySource, Fence, RowWriter, copy_rows, copy_store};
use jeton_core::store::{BackupError, CopyMonitor, OpenError, RestoreOptions, Restored};
use jeton_store_postgres::{PostgresSource, PostgresWriter};
use jeton_store_sqlite::{BackupReader, SqliteSource};

use crate::url::Scheme;

/// Copies the store of `from` into the store of `to`, which must be empty or not exist, while servers use the first
/// one. Afterwards the first one refuses changes: see [`unfence`].
///
/// # Errors
/// A [`BackupError`]. The second store is empty, and the first one accepts changes.
pub async fn copy(
    from: &str,
    to: &str,
    clock: &dyn Clock,
    watch: &CopyMonitor,
) -> Result<Copied, BackupError> {
    let source = source(from).await?;
    let target: Box<dyn RowWriter> = match Scheme::of(to)? {
        Scheme::Sqlite => jeton_store_sqlite::new_database(to).await?,
        Scheme::Postgres => Box::new(Box::pin(PostgresWriter::new_database(to)).await?),
    };
    Box::pin(copy_store(&*source, target, &place(to)?, clock, watch)).await
}

/// Lets the store of `url` accept changes again after it was copied. `None` if it did accept them.
///
/// # Errors
/// A [`BackupError`]. The store is not changed.
pub async fn unfence(url: &str) -> Result<Option<Fence>, BackupError> {
    source(url).await?.unfence().await
}

/// The location of a store, without user and password.
///
/// # Errors
/// [`OpenError::BadUrl`].
pub fn place(url: &str) -> Result<String, OpenError> {
    Ok(match Scheme::of(url)? {
        Scheme::Sqlite => jeton_store_sqlite::Location::from_url(url)?.to_string(),
        Scheme::Postgres => jeton_store_postgres::Location::from_url(url)?.to_string(),
    })
}

/// Copies the store of `url` into the new file `target` while others use it, and returns the file's size in bytes.
/// The file is an `SQLite` database, whatever the store is.
///
/// # Errors
/// A [`BackupError`]. No file is left behind.
pub async fn back_up(url: &str, target: &Path, watch: &Arc<CopyMonitor>) -> Result<u64, BackupError> {
    if Scheme::of(url)? == Scheme::Postgres {
        return back_up_rows(url, target, watch).await;
    }
    let (url, target, watch) = (url.to_owned(), target.to_owned(), Arc::clone(watch));
    let copy = move || jeton_store_sqlite::back_up(&url, &target, &watch);
    let copied = tokio::task::spawn_blocking(copy).await;
    copied.unwrap_or_else(|error| Err(BackupError::Failed(format!("the backup was interrupted ({error})"))))
}

async fn back_up_rows(url: &str, target: &Path, watch: &CopyMonitor) -> Result<u64, BackupError> {
    let source = Box::pin(PostgresSource::open(url)).await?;
    let mut writer = jeton_store_sqlite::backup_file(target).await?;
    copy_rows(&mut *source.reader().await?, &mut *writer, watch).await?;
    writer.publish().await?;
    let size = target.metadata().map(|metadata| metadata.len());
    size.map_err(|error| {
        BackupError::Failed(format!("the backup {} cannot be read: {error}", target.display()))
    })
}

/// Replaces the store of `url` with the backup in the file `backup`. No other process may use the store.
///
/// # Errors
/// A [`BackupError`]. The store is not changed.
pub async fn restore(
    url: &str,
    backup: &Path,
    options: &RestoreOptions,
    watch: &CopyMonitor,
) -> Result<Restored, BackupError> {
    match Scheme::of(url)? {
        Scheme::Sqlite => jeton_store_sqlite::restore(url, backup, options, watch).await,
        Scheme::Postgres => Box::pin(restore_rows(url, backup, options, watch)).await,
    }
}

async fn restore_rows(
    url: &str,
    backup: &Path,
    options: &RestoreOptions,
    watch: &CopyMonitor,
) -> Result<Restored, BackupError> {
    let mut reader = BackupReader::open(backup, watch).await?;
    let mut writer = PostgresWriter::replacing(url, options).await?;
    copy_rows(&mut reader, &mut writer, watch).await?;
    let regions = writer.raise_epochs(options).await?;
    let restored = Restored { applied: reader.applied().to_vec(), regions, replaced: writer.replaces() };
    Box::new(writer).publish().await?;
    Ok(restored)
}

async fn source(url: &str) -> Result<Box<dyn CopySource>, OpenError> {
    Ok(match Scheme::of(url)? {
        Scheme::Sqlite => Box::new(SqliteSource::open(url).await?),
        Scheme::Postgres => Box::new(Box::pin(PostgresSource::open(url)).await?),
    })
}
