//! The lock file beside a database. Every process that opens the database holds a shared lock. A restore, which
//! replaces the database, holds an exclusive lock, and so does a migration that earlier versions do not survive.
//!
//! The lock is advisory and ends with the process. The file is never removed: a second process could then lock a new
//! file of the same name and would not notice the first one.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use jeton_core::store::OpenError;

use crate::Location;
use crate::connection::error::{not_reached, unavailable};

/// Held while the database is open.
#[derive(Debug)]
pub(crate) struct StoreLock {
    _file: File,
}

impl StoreLock {
    /// For a process that opens an existing database. `None` if the lock file cannot be created, for example on
    /// read-only media, where a restore is not possible either.
    pub(crate) fn shared(location: &Location) -> Result<Option<Self>, OpenError> {
        let file = match open(location.path()) {
            Ok(file) => file,
            Err(error)
                if matches!(error.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied) =>
            {
                return Ok(None);
            }
            Err(error) => return Err(not_reached(location, error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Err(unavailable(
                location,
                io::Error::other(
                    "another process is restoring or migrating it; repeat the command when that has finished",
                ),
            )),
            Err(TryLockError::Error(error)) => Err(not_reached(location, error)),
        }
    }

    /// For a restore or a migration. `None` while another process uses the database.
    pub(crate) fn exclusive(path: &Path) -> io::Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// The path of the database with `suffix` appended.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn open(database: &Path) -> io::Result<File> {
    let path = beside(database, ".lock");
    let new = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
    match new {
        Ok(file) => {
            like(&file, database)?;
            Ok(file)
        }
        // A file that is open for reading can be locked too.
        Err(_) if path.exists() => File::open(&path),
        Err(error) => Err(error),
    }
}

/// Gives `file` the owner and mode of `database`: a command run by root must not leave a file that the server cannot
/// open.
pub(crate) fn like(file: &File, database: &Path) -> io::Result<()> {
    let Ok(wanted) = database.metadata() else { return Ok(()) };
    let found = file.metadata()?;
    if (wanted.uid(), wanted.gid()) != (found.uid(), found.gid()) {
        match fchown(file, Some(wanted.uid()), Some(wanted.gid())) {
            // Only root may change the owner of a file.
            Err(error) if error.kind() != ErrorKind::PermissionDenied => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    file.set_permissions(Permissions::from_mode(wanted.mode() & 0o666))
}
