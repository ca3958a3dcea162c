//! The master key's file: read with suspicion, made with care.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use jeton_core::{MasterKey, MasterKeyError, Randomness};
use rustix::fs::{Access, AtFlags, CWD, accessat};
use thiserror::Error;

use crate::key_file::{self, KeyFileError};

/// Reads the master key; nothing when there is no file.
///
/// # Errors
/// [`MasterKeyFileError`] when it cannot be read, others may read it, or it holds no key.
pub(crate) fn read(path: &Path) -> Result<Option<MasterKey>, MasterKeyFileError> {
    let text = match key_file::read(path) {
        Ok(text) => text,
        Err(error) if error.is_missing() => return Ok(None),
        Err(source) => return Err(MasterKeyFileError::File { path: path.to_owned(), source }),
    };
    // What is not text is no key either.
    let key = MasterKey::parse(std::str::from_utf8(&text).unwrap_or_default());
    key.map(Some).map_err(|source| MasterKeyFileError::Unusable { path: path.to_owned(), source })
}

/// Makes a master key and its file, 0600, on the disk before anything is sealed with it. When another process is faster,
/// its key is taken.
///
/// # Errors
/// [`MasterKeyFileError`] when the file cannot be written.
pub(crate) fn make(path: &Path, randomness: &dyn Randomness) -> Result<MasterKey, MasterKeyFileError> {
    let failed = |error: std::io::Error| not_made(path, &error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let key = MasterKey::generate(randomness);
    let mut unique = [0; 8];
    randomness.fill(&mut unique);
    let unfinished = folder.join(format!(".master.key.{:016x}", u64::from_be_bytes(unique)));
    let written = write_synced(&unfinished, &key);
    // A link fails where the name is taken; a rename would replace a key that somebody already uses.
    let linked = written.and_then(|()| std::fs::hard_link(&unfinished, path));
    let removed = std::fs::remove_file(&unfinished);
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

/// Whether [`make`] could make the file at `path`, told without making anything. `made_folder` is a folder that a start
/// makes before.
///
/// # Errors
/// [`MasterKeyFileError`] when the file could not be written.
pub(crate) fn check_makeable(path: &Path, made_folder: Option<&Path>) -> Result<(), MasterKeyFileError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.exists() && made_folder.is_some_and(|made| made.starts_with(folder)) {
        return Ok(());
    }
    // By the effective user, as the system will decide.
    accessat(CWD, folder, Access::WRITE_OK | Access::EXEC_OK, AtFlags::EACCESS)
        .map_err(|error| not_made(path, &error.into()))
}

fn not_made(path: &Path, error: &std::io::Error) -> MasterKeyFileError {
    MasterKeyFileError::NotMade { path: path.to_owned(), reason: key_file::not_made(path, error) }
}

fn write_synced(path: &Path, key: &MasterKey) -> std::io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(key.to_text().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Why there is no master key. One line that names the file and the cure.
#[derive(Debug, Error)]
pub enum MasterKeyFileError {
    /// It cannot be read, or others may read it.
    #[error("the master key file {path} is not used: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        source: KeyFileError,
    },
    /// There is none, and none can be made.
    #[error("the master key file {path} cannot be made: {reason}")]
    NotMade {
        /// The file.
        path: PathBuf,
        /// Why, and what to do.
        reason: String,
    },
    /// It holds something else.
    #[error("the master key file {path} holds no master key: {source}")]
    Unusable {
        /// The file.
        path: PathBuf,
        /// What is wrong with the text.
        source: MasterKeyError,
    },
    /// `JETON_KEYS__MASTER_KEY` holds something else.
    #[error("JETON_KEYS__MASTER_KEY is not usable: {0}")]
    Environment(MasterKeyError),
    /// The store was made with a key that is not there.
    #[error(
        "the master key file {path} is missing, and the database holds keys that were sealed with it; put the file back, or name it in [keys] master_key_file"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
}
