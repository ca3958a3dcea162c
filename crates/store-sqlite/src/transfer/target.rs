//! The places where a copy can be put: a database, or the file of a backup.

use std::io;
use std::path::{Path, PathBuf};

use jeton_core::store::transfer::RowWriter;
use jeton_core::store::{BackupError, OpenError};
use rusqlite::OpenFlags;

use super::statements;
use super::writer::SqliteWriter;
use crate::Location;
use crate::backup::back_up::{Unfinished, begin, complete};
use crate::backup::copy::{close, open};
use crate::backup::restore::{in_use, put_in_place};
use crate::backup::stage::Stage;
use crate::connection::error::{self, unavailable};
use crate::connection::files::{folder_of, make_folders};
use crate::connection::lock_file::{StoreLock, like};
use crate::connection::migrations::{find, pending};

/// The database of `url`, which must not exist or be empty. No other process may have it open.
///
/// # Errors
/// A [`BackupError`]; the database is not changed.
pub async fn new_database(url: &str) -> Result<Box<dyn RowWriter>, BackupError> {
    let location = Location::from_url(url)?;
    let target = location.path();
    let failed = |error: io::Error| BackupError::from(unavailable(&location, error));
    require_empty(&location).await?;
    make_folders(&folder_of(target)).map_err(failed)?;
    let lock = StoreLock::exclusive(target).map_err(failed)?.ok_or_else(|| in_use(&location))?;
    // After the lock. A stage that is there is of a copy that was killed.
    let replaces = require_empty(&location).await?;
    let stage = Stage::Copy.create(target, failed)?;
    if replaces {
        like(&stage.file, target).map_err(failed)?;
    }
    let what = format!("the database {location}");
    let publish = Box::new(move |stage: &Unfinished| {
        let _lock = lock;
        put_in_place(&stage.path, &location, replaces)
    });
    Ok(Box::new(SqliteWriter::begin(stage, what, publish).await?))
}

/// The new file `target`, for a backup.
///
/// # Errors
/// A [`BackupError`]; an existing file is not changed.
pub async fn backup_file(target: &Path) -> Result<Box<dyn RowWriter>, BackupError> {
    let target: PathBuf = target.to_path_buf();
    let what = format!("the backup {}", target.display());
    let partial = begin(&target)?;
    let publish = Box::new(move |partial: &Unfinished| complete(partial, &target));
    Ok(Box::new(SqliteWriter::begin(partial, what, publish).await?))
}

/// Returns whether there is an empty database. One without tables is empty, as one that has only what a migration
/// adds.
async fn require_empty(location: &Location) -> Result<bool, BackupError> {
    let Some(_file) = find(location)? else { return Ok(false) };
    let read = |sql: &str| -> rusqlite::Result<bool> {
        let connection = open(location.path(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let found = connection.query_row(sql, [], |row| row.get(0))?;
        close(connection)?;
        Ok(found)
    };
    let unreadable = |fault| error::unreadable(location, fault);
    if !read("SELECT EXISTS (SELECT 1 FROM sqlite_schema)").map_err(unreadable)? {
        return Ok(true);
    }
    if !pending(location).await?.is_empty() {
        return Err(OpenError::NotMigrated { place: location.to_string() }.into());
    }
    if read(&statements::has_data()).map_err(unreadable)? {
        return Err(BackupError::Conflict(format!(
            "the database {location} is not empty; copy into a new one, or remove this one"
        )));
    }
    Ok(true)
}
