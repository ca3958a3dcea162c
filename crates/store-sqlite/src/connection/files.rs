//! Creates the database file so that only its owner can ever read it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, accessat};

use crate::connection::identity::{OpenFile, OpenFiles, first_page};

/// Creates an empty Jeton database at `path`, where there must be no file or an empty file. If two processes do this at
/// the same time, only one of them creates it.
///
/// A new file has mode 0600 and a new folder 0700, whatever the umask is. `SQLite` gives its other files the mode of
/// the database file. Existing files and folders keep their mode.
pub(crate) fn create(path: &Path) -> io::Result<OpenFile> {
    let mut open = OpenFiles::lock();
    let folder = folder_of(path);
    make_folders(&folder)?;
    let mut file = open_or_make(path)?;
    file.lock()?;
    if file.metadata()?.len() == 0 {
        file.write_all(&first_page())?;
        file.sync_all()?;
        File::open(&folder)?.sync_all()?;
    }
    Ok(open.register(&file.metadata()?))
}

/// Checks whether [`create`] could create a database at `path`, without creating anything.
pub(crate) fn check_creatable(path: &Path) -> io::Result<()> {
    if path.exists() {
        return access(path, Access::WRITE_OK);
    }
    let here = Path::new(".");
    let mut folders =
        path.ancestors().skip(1).map(|folder| if folder == Path::new("") { here } else { folder });
    // `create` creates the folders below it.
    let nearest = folders.find(|folder| folder.exists()).ok_or(ErrorKind::NotFound)?;
    access(nearest, Access::WRITE_OK | Access::EXEC_OK)
}

/// Checks access for the effective user, as the system does when the file is opened.
fn access(path: &Path, wanted: Access) -> io::Result<()> {
    Ok(accessat(CWD, path, wanted, AtFlags::EACCESS)?)
}

fn open_or_make(path: &Path) -> io::Result<File> {
    match OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(path) {
        Ok(file) => {
            file.set_permissions(Permissions::from_mode(FILE_MODE))?;
            Ok(file)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => OpenOptions::new().write(true).open(path),
        Err(error) => Err(error),
    }
}

pub(crate) fn make_folders(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    make_folders(&above)?;
    match DirBuilder::new().mode(FOLDER_MODE).create(folder) {
        Ok(()) => {
            fs::set_permissions(folder, Permissions::from_mode(FOLDER_MODE))?;
            File::open(&above)?.sync_all()
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

pub(crate) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => PathBuf::from("."),
        Some(folder) => folder.to_path_buf(),
        None => PathBuf::from("/"),
    }
}

const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;
