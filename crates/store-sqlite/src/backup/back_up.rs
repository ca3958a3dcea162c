//! Backs up the database into a single file. The copy is written to a `.partial` file, which is renamed when complete.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jeton_core::store::{BackupError, CopyMonitor, OpenError};
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::Location;
use crate::backup::copy::{CopyError, copy};
use crate::connection::error;
use crate::connection::files::folder_of;
use crate::connection::lock_file::{StoreLock, beside};
use crate::connection::migrations::find;

/// Copies the database of `url` into the new file `target`, and returns the file's size in bytes. Blocks the thread.
///
/// # Errors
/// A [`BackupError`]. No new file is left behind, and an existing file is not changed.
pub fn back_up(url: &str, target: &Path, watch: &CopyMonitor) -> Result<u64, BackupError> {
    let location = Location::from_url(url)?;
    let missing = || OpenError::Missing { place: location.to_string() };
    if find(&location)?.is_none() {
        return Err(missing().into());
    }
    let _lock = StoreLock::shared(&location)?;
    // Look again under the lock: a restore may have replaced the file.
    let _file = find(&location)?.ok_or_else(missing)?;
    let unwritable = |error: io::Error| unwritable(target, &error);
    let partial = begin(target)?;
    copy(location.path(), &partial.path, watch).map_err(|fault| match fault {
        CopyError::Source(fault) => error::unreadable(&location, fault).into(),
        CopyError::Target(fault) => unwritable(io::Error::other(fault)),
        CopyError::Copy(fault) => BackupError::Failed(format!("the database cannot be copied: {fault}")),
        CopyError::Other(fault) => fault,
    })?;
    partial.file.sync_all().map_err(unwritable)?;
    let bytes = partial.file.metadata().map_err(unwritable)?.len();
    complete(&partial, target)?;
    Ok(bytes)
}

/// Begins a backup into the new file `target`.
pub(crate) fn begin(target: &Path) -> Result<Unfinished, BackupError> {
    if target.symlink_metadata().is_ok() {
        return Err(exists(target));
    }
    Unfinished::create(beside(target, ".partial")).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => BackupError::Conflict(format!(
            "{}.partial exists: another backup is running or was killed; if none is running, remove the file",
            target.display()
        )),
        _ => unwritable(target, &error),
    })
}

/// Gives a complete backup, which is durable, its name.
pub(crate) fn complete(partial: &Unfinished, target: &Path) -> Result<(), BackupError> {
    match rename_without_replacing(&partial.path, target) {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(exists(target)),
        Err(error) => return Err(unwritable(target, &error)),
    }
    File::open(folder_of(target))
        .and_then(|folder| folder.sync_all())
        .map_err(|error| unwritable(target, &error))
}

/// A file that is being written. It is removed on drop, unless it was renamed before.
#[derive(Debug)]
pub(crate) struct Unfinished {
    pub(crate) path: PathBuf,
    pub(crate) file: File,
}

impl Unfinished {
    /// Creates a file that only its owner may read, whatever the umask is.
    pub(crate) fn create(path: PathBuf) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self { path, file })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After a rename the file does not exist. Otherwise an earlier error is already being reported.
        let _ = fs::remove_file(&self.path);
        let _ = remove_logs(&self.path);
    }
}

/// Removes the files that `SQLite` keeps beside a database.
pub(crate) fn remove_logs(path: &Path) -> io::Result<()> {
    for suffix in ["-wal", "-shm", "-journal"] {
        match fs::remove_file(beside(path, suffix)) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

/// Renames `from` to `to`. Fails if `to` exists.
pub(crate) fn rename_without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Not every file system supports the flag.
        Err(Errno::INVAL | Errno::NOSYS) => {
            fs::hard_link(from, to)?;
            // The file has its new name, whether the old one can be removed or not.
            let _ = fs::remove_file(from);
            Ok(())
        }
        result => Ok(result?),
    }
}

fn unwritable(target: &Path, error: &io::Error) -> BackupError {
    BackupError::Failed(format!("the backup {} cannot be written: {error}", target.display()))
}

fn exists(target: &Path) -> BackupError {
    BackupError::Conflict(format!("{} exists and is not overwritten; choose another file", target.display()))
}
