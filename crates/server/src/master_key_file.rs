//! The master key's file: read with suspicion, made with care.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use jeton_core::{MasterKey, MasterKeyError, Randomness};
use rustix::fs::{Access, AtFlags, CWD, accessat};
use thiserror::Error;
use zeroize::Zeroizing;

/// Reads the master key; nothing when there is no file.
///
/// # Errors
/// [`MasterKeyFileError`] when it cannot be read, others may read it, or it holds no key.
pub(crate) fn read(path: &Path) -> Result<Option<MasterKey>, MasterKeyFileError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(MasterKeyFileError::io(path, source)),
    };
    let metadata = file.metadata().map_err(|source| MasterKeyFileError::io(path, source))?;
    if metadata.mode() & 0o077 != 0 {
        let mode = metadata.mode() & 0o777;
        return Err(MasterKeyFileError::Exposed { path: path.to_owned(), mode });
    }
    let mut text = Zeroizing::new(String::with_capacity(64));
    let read = (&mut file).take(LONGEST_FILE).read_to_string(&mut text);
    read.map_err(|source| MasterKeyFileError::io(path, source))?;
    let key = MasterKey::parse(&text);
    key.map(Some).map_err(|source| MasterKeyFileError::Unusable { path: path.to_owned(), source })
}

/// Makes a master key and its file, 0600, on the disk before anything is sealed with it. When another process is faster,
/// its key is taken.
///
/// # Errors
/// [`MasterKeyFileError`] when the file cannot be written.
pub(crate) fn make(path: &Path, randomness: &dyn Randomness) -> Result<MasterKey, MasterKeyFileError> {
    let failed = |source| MasterKeyFileError::io(path, source);
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
        .map_err(|error| MasterKeyFileError::io(path, error.into()))
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
    /// The system refused.
    #[error("the master key file {path} cannot be used: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others may read it.
    #[error("the master key file {path} may be read by others (mode {mode:o}); run `chmod 600` on it")]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
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

impl MasterKeyFileError {
    fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}

const LONGEST_FILE: u64 = 4_096;
