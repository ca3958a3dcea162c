//! The file beside a database that says whether a process uses it: shared by all that open the database, exclusive for
//! a restore, which replaces it.
//!
//! The lock is advisory and ends with the process. The file stays: two processes that hold locks on different files of
//! one name would not notice each other.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use jeton_core::store::OpenError;

use crate::Location;
use crate::error::{not_reached, unavailable};

/// Held while the database is open.
#[derive(Debug)]
pub(crate) struct StoreLock {
    _file: File,
}

impl StoreLock {
    /// For a process that opens the database, which is there. None where the file cannot be made, as on read-only
    /// media: there a restore is impossible too.
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
                io::Error::other("`jeton restore` is replacing it; repeat the command when that has ended"),
            )),
            Err(TryLockError::Error(error)) => Err(not_reached(location, error)),
        }
    }

    /// For a restore; none while another process uses the database.
    pub(crate) fn exclusive(path: &Path) -> io::Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }
}

/// A path beside the database.
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
        // Reading is enough for a lock.
        Err(_) if path.exists() => File::open(&path),
        Err(error) => Err(error),
    }
}

/// A command that root runs must not leave a file that the server cannot open.
pub(crate) fn like(file: &File, database: &Path) -> io::Result<()> {
    let Ok(wanted) = database.metadata() else { return Ok(()) };
    let found = file.metadata()?;
    if (wanted.uid(), wanted.gid()) != (found.uid(), found.gid()) {
        match fchown(file, Some(wanted.uid()), Some(wanted.gid())) {
            // Only root may give a file away.
            Err(error) if error.kind() != ErrorKind::PermissionDenied => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    file.set_permissions(Permissions::from_mode(wanted.mode() & 0o666))
}
