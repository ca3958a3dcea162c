//! What of the file system is in the way of a database, in words: `SQLite` only says that it cannot open or write it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;
use rustix::process::geteuid;

/// Why the database at `path` can be neither opened nor made, and what to do; nothing where that lies elsewhere.
///
/// For errors only: what it looks at may be another a moment later.
pub(crate) fn obstacle(path: &Path) -> Option<String> {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return None,
    };
    // What is there of the folder, or of the folders above it that would hold it.
    let found = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(Path::new("."));
    if !found.is_dir() {
        return Some(format!("{} is not a folder; use another one", found.display()));
    }
    let beside = |ending| {
        let mut file = path.as_os_str().to_owned();
        file.push(ending);
        PathBuf::from(file)
    };
    let files = [path.to_owned(), beside("-wal"), beside("-shm")];
    refusal(found, Access::WRITE_OK | Access::EXEC_OK, folder).or_else(|| {
        let mut files = files.iter().filter(|file| file.exists());
        files.find_map(|file| refusal(file, Access::READ_OK | Access::WRITE_OK, file))
    })
}

/// Why `place` may not be used so, where `wanted` is what the database needs: `place` itself, or a folder under it.
fn refusal(place: &Path, access: Access, wanted: &Path) -> Option<String> {
    let shown = place.display();
    let what = if place.is_dir() { "the folder" } else { "the file" };
    match accessat(CWD, place, access, AtFlags::EACCESS) {
        Err(Errno::ROFS) => Some(format!("{what} {shown} is on a read-only file system; use another folder")),
        Err(Errno::ACCESS | Errno::PERM) => {
            let uid = geteuid().as_raw();
            let metadata = place.metadata().ok();
            let cure = if place != wanted {
                format!("make {} for it, or use another folder", wanted.display())
            } else if metadata.as_ref().is_some_and(|metadata| metadata.uid() == uid) {
                format!("run `chmod u+rwX {shown}`")
            } else {
                format!("run `chown {uid} {shown}` as root, or use another folder")
            };
            let owner = metadata.as_ref().map(owner).unwrap_or_default();
            Some(format!("this process, {}, may not use {what} {shown}{owner}; {cure}", user(uid)))
        }
        _ => None,
    }
}

fn owner(metadata: &Metadata) -> String {
    format!(" (mode {:04o}, owner {})", metadata.mode() & 0o7777, user(metadata.uid()))
}

fn user(uid: u32) -> String {
    if uid == 0 { "root".to_owned() } else { format!("uid {uid}") }
}
