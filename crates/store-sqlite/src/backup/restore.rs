//! A restore: a backup is checked and prepared in a file beside the database, which it then replaces in one step.
//!
//! A kill at any moment leaves the old database or the new one.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use jeton_core::store::{BackupError, CopyMonitor, OpenError, RestoreOptions, Restored};
use rusqlite::OpenFlags;

use crate::Location;
use crate::backup::back_up::{remove_logs, rename_without_replacing};
use crate::backup::copy::{CopyError, close, copy, open};
use crate::backup::restored_epochs;
use crate::backup::stage::Stage;
use crate::connection::error::unavailable;
use crate::connection::files::{folder_of, make_folders};
use crate::connection::identity::{Found, OpenFile, OpenFiles};
use crate::connection::lock_file::{StoreLock, like};
use crate::connection::migrations::{find, migrate_in_place};

/// Puts the backup at `backup` in the place of the database of `url`.
///
/// # Errors
/// A [`BackupError`]; the database is as it was.
pub async fn restore(
    url: &str,
    backup: &Path,
    options: &RestoreOptions,
    watch: &CopyMonitor,
) -> Result<Restored, BackupError> {
    let location = Location::from_url(url)?;
    let target = location.path();
    let _backup = identify(backup)?;
    let is_there = find(&location)?.is_some();
    if is_there && !options.force {
        return Err(BackupError::Conflict(format!(
            "there is a database {location}; `--force` replaces it with the backup"
        )));
    }
    let failed = |error: io::Error| BackupError::from(unavailable(&location, error));
    make_folders(&folder_of(target)).map_err(failed)?;
    let _lock = StoreLock::exclusive(target).map_err(failed)?.ok_or_else(|| in_use(&location))?;
    // After the lock. A stage that is there is of a restore that was killed.
    let old = find(&location)?;
    if old.is_some() && !options.force {
        return Err(in_use(&location));
    }
    let stage = Stage::Restore.create(target, failed)?;
    let old_epochs = match &old {
        Some(_) => {
            like(&stage.file, target).map_err(failed)?;
            checkpoint(&location)?;
            restored_epochs::read(&location).await
        }
        None => Vec::new(),
    };
    copy(backup, &stage.path, watch).map_err(|fault| match fault {
        CopyError::Target(fault) => failed(io::Error::other(fault)),
        CopyError::Source(fault) | CopyError::Copy(fault) => unusable(backup, &fault.to_string()),
        CopyError::Other(fault) => fault,
    })?;
    check(&stage.path).map_err(|fault| unusable(backup, &fault))?;
    let staged = Location::of(stage.path.clone());
    let applied = migrate_in_place(&staged).await.map_err(|error| not_current(backup, error))?;
    let regions = restored_epochs::raise(&staged, &old_epochs, options)
        .await
        .map_err(|fault| unusable(backup, &fault.to_string()))?;
    stage.file.sync_all().map_err(failed)?;
    put_in_place(&stage.path, &location, old.is_some())?;
    Ok(Restored { applied, regions, replaced: old.is_some() })
}

/// Puts the complete file `stage` in the place of the database, of which this process has the exclusive lock.
pub(crate) fn put_in_place(stage: &Path, location: &Location, replace: bool) -> Result<(), BackupError> {
    let target = location.path();
    let failed = |error: io::Error| BackupError::from(unavailable(location, error));
    // Emptied again, since a connection has read from it. A log that stayed would be applied to the new file.
    if replace {
        checkpoint(location)?;
    }
    remove_logs(target).map_err(failed)?;
    // Opened before, so that after the rename only the disk can fail.
    let folder = File::open(folder_of(target)).map_err(failed)?;
    let renamed = if replace {
        fs::rename(stage, target)
    } else {
        remove_if_empty(target).and_then(|()| rename_without_replacing(stage, target))
    };
    renamed.map_err(failed)?;
    folder.sync_all().map_err(|error| {
        BackupError::OutcomeUnknown(format!(
            "the new database {location} is in place, but it is not known whether it survives a crash of the machine \
             ({error})"
        ))
    })
}

/// Only a database of ours is ever opened.
pub(crate) fn identify(backup: &Path) -> Result<OpenFile, BackupError> {
    match OpenFiles::lock().identify(backup) {
        Ok(Found::Ours(file)) => Ok(file),
        Ok(Found::Nothing) if !backup.exists() => {
            Err(BackupError::Missing(format!("there is no backup {}", backup.display())))
        }
        Ok(Found::Nothing | Found::Foreign) => Err(unusable(backup, "it is not a Jeton database")),
        Err(error) => Err(unusable(backup, &error.to_string())),
    }
}

/// Moves the old database's log into the database and leaves none. Servers of versions that hold no lock are noticed
/// here: with them the database cannot be had alone.
pub(crate) fn checkpoint(location: &Location) -> Result<(), BackupError> {
    let emptied = || -> rusqlite::Result<()> {
        let old = open(location.path(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        old.busy_timeout(std::time::Duration::ZERO)?;
        old.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT")?;
        old.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        close(old)
    };
    match emptied() {
        Ok(()) => Ok(()),
        Err(error) if is_busy(&error) => Err(in_use(location)),
        // It is damaged, which may be why it is replaced. Its log is removed with it.
        Err(error) if is_damage(&error) => Ok(()),
        Err(error) => Err(unavailable(location, io::Error::other(error)).into()),
    }
}

pub(crate) fn check(path: &Path) -> Result<(), String> {
    let said = || -> rusqlite::Result<String> {
        let connection = open(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let said = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        close(connection)?;
        Ok(said)
    };
    match said() {
        Ok(said) if said == "ok" => Ok(()),
        Ok(fault) => Err(fault),
        Err(error) => Err(error.to_string()),
    }
}

/// The error of a backup that cannot be migrated.
pub(crate) fn not_current(backup: &Path, error: OpenError) -> BackupError {
    match error {
        OpenError::Newer { found, known, .. } => unusable(
            backup,
            &format!("a newer Jeton wrote it (schema {found}, this one knows {known}); use that version"),
        ),
        other => unusable(backup, &other.to_string()),
    }
}

fn is_busy(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked))
}

fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

pub(crate) fn in_use(location: &Location) -> BackupError {
    BackupError::Conflict(format!(
        "the database {location} is in use; stop the servers and commands that have it open, then repeat this"
    ))
}

pub(crate) fn unusable(backup: &Path, reason: &str) -> BackupError {
    BackupError::Failed(format!("the backup {} cannot be restored: {reason}", backup.display()))
}

/// A file without a byte is no database.
fn remove_if_empty(path: &Path) -> io::Result<()> {
    match path.metadata() {
        Ok(metadata) if metadata.len() == 0 => fs::remove_file(path),
        Ok(_) | Err(_) => Ok(()),
    }
}
