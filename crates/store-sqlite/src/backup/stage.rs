//! The hidden file beside a database or a backup, in which a new one is prepared.
//!
//! Its name is reserved for Jeton, because a file of this name that a killed process has left is replaced.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jeton_core::store::BackupError;

use crate::backup::back_up::{Unfinished, remove_logs};
use crate::connection::identity::OpenFiles;

/// What a stage is used for. Each use has a name of its own, so that none replaces the stage of another one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stage {
    /// A copy of another store, beside its target.
    Copy,
    /// A restored database, beside its target.
    Restore,
    /// A backup of an earlier version that is migrated, beside the backup.
    Migration,
}

impl Stage {
    /// Creates the stage beside `path`, and replaces the one of a killed process.
    ///
    /// # Errors
    /// [`BackupError::Conflict`] if the source of the copy has the reserved name; otherwise what `failed` makes of the
    /// error.
    pub(crate) fn create(
        self,
        path: &Path,
        failed: impl Fn(io::Error) -> BackupError,
    ) -> Result<Unfinished, BackupError> {
        let stage = self.beside(path);
        if OpenFiles::lock().is_open(&stage) {
            return Err(BackupError::Conflict(format!(
                "{} cannot be the source: Jeton needs this file name while it writes beside {}; rename the source",
                stage.display(),
                path.display()
            )));
        }
        remove_if_there(&stage).and_then(|()| remove_logs(&stage)).map_err(&failed)?;
        Unfinished::create(stage).map_err(failed)
    }

    fn beside(self, path: &Path) -> PathBuf {
        let suffix = match self {
            Self::Copy => ".copying",
            Self::Restore => ".restoring",
            Self::Migration => ".migrating",
        };
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or(path.as_os_str()));
        name.push(suffix);
        path.with_file_name(name)
    }
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}
