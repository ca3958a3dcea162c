//! Reads and creates the master key file.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jeton_core::{MasterKey, MasterKeyError, Randomness};
use rustix::fs::{Access, AtFlags, CWD, accessat};
use thiserror::Error;

use crate::node::key_file;
use crate::node::key_file::KeyFileError;

/// Reads the master key. `None` if the file does not exist.
///
/// # Errors
/// [`MasterKeyFileError`] if the file cannot be read, others may read it, or it does not contain a key.
pub(crate) fn read(path: &Path) -> Result<Option<MasterKey>, MasterKeyFileError> {
    let text = match key_file::read(path) {
        Ok(text) => text,
        Err(error) if error.is_missing() => return Ok(None),
        Err(source) => return Err(MasterKeyFileError::File { path: path.to_owned(), source }),
    };
    // Bytes that are not UTF-8 are parsed as an empty text, which is not a key.
    let key = MasterKey::parse(std::str::from_utf8(&text).unwrap_or_default());
    key.map(Some).map_err(|source| MasterKeyFileError::Unusable { path: path.to_owned(), source })
}

/// Creates a master key and its file with mode 0600. The file is on disk before the key is used. If another process
/// creates the file first, its key is returned.
///
/// # Errors
/// [`MasterKeyFileError`] if the file cannot be written.
pub(crate) fn create(path: &Path, randomness: &dyn Randomness) -> Result<MasterKey, MasterKeyFileError> {
    let failed = |error: std::io::Error| not_created(path, &error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let key = MasterKey::generate(randomness);
    let mut unique = [0; 8];
    randomness.fill(&mut unique);
    let temporary = folder.join(format!(".master.key.{:016x}", u64::from_be_bytes(unique)));
    let written = write_synced(&temporary, &key);
    // A link fails if the name exists; a rename would replace a key that another process already uses.
    let linked = written.and_then(|()| std::fs::hard_link(&temporary, path));
    let removed = std::fs::remove_file(&temporary);
    match linked {
        Ok(()) => {
            removed.map_err(failed)?;
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
            Ok(key)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            read(path)?.ok_or_else(|| failed(ErrorKind::NotFound.into()))
        }
        Err(source) => Err(failed(source)),
    }
}

/// Checks whether [`create`] could create the file at `path`, without changing anything. `new_folder` is a folder that
/// the start creates first.
///
/// # Errors
/// [`MasterKeyFileError`] if the file could not be written.
pub(crate) fn check_creatable(path: &Path, new_folder: Option<&Path>) -> Result<(), MasterKeyFileError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.exists() && new_folder.is_some_and(|new| new.starts_with(folder)) {
        return Ok(());
    }
    // For the effective user, as the system will decide when the file is created.
    accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)
        .map_err(|error| not_created(path, &error.into()))
}

fn not_created(path: &Path, error: &std::io::Error) -> MasterKeyFileError {
    MasterKeyFileError::NotCreated { path: path.to_owned(), reason: key_file::not_created(path, error) }
}

fn write_synced(path: &Path, key: &MasterKey) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(key.to_text().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Why the master key cannot be used. The message is one line that names the file and what to do.
#[derive(Debug, Error)]
pub enum MasterKeyFileError {
    /// The file cannot be read, or others may read it.
    #[error("the master key file {path} cannot be used: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        source: KeyFileError,
    },
    /// The file does not exist and cannot be created.
    #[error("the master key file {path} cannot be created: {reason}")]
    NotCreated {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// The file does not contain a master key.
    #[error("the master key file {path} does not contain a master key: {source}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with the text.
        source: MasterKeyError,
    },
    /// `JETON_KEYS__MASTER_KEY` does not contain a master key.
    #[error("JETON_KEYS__MASTER_KEY cannot be used: {0}")]
    Environment(MasterKeyError),
    /// The keys in the store are sealed with a master key that is missing.
    #[error(
        "the master key file {path} is missing, and the keys in the database are sealed with it; restore the file, or set [keys] master_key_file to its path"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
}
