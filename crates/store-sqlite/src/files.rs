//! Making the file, so that nobody else can ever read it.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, accessat};

use crate::identity::{OpenFile, OpenFiles, first_page};

/// Makes an empty database of ours at `path`, where there is nothing or an empty file. Of two processes that do so
/// at once one makes it.
///
/// The file is 0600 and a folder that had to be made 0700, whatever the umask; `SQLite` gives its other files the
/// mode of the first one. What is there already keeps its mode.
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
    Ok(open.enter(&file.metadata()?))
}

/// Whether [`create`] could make a database at `path`, told without making anything.
pub(crate) fn check_creatable(path: &Path) -> io::Result<()> {
    if path.exists() {
        return access(path, Access::WRITE_OK);
    }
    let here = Path::new(".");
    let mut folders =
        path.ancestors().skip(1).map(|folder| if folder == Path::new("") { here } else { folder });
    // The folders below it are made.
    let nearest = folders.find(|folder| folder.exists()).ok_or(ErrorKind::NotFound)?;
    access(nearest, Access::WRITE_OK | Access::EXEC_OK)
}

/// By the effective user, as the system will decide.
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
