//! Explains why the file system does not permit access to a database. `SQLite` only reports that it cannot open or
//! write the file.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;
use rustix::process::geteuid;

/// Why the database at `path` can be neither opened nor created, and what to do. `None` if the file system is not the
/// cause.
///
/// For error texts only: the files may change at any moment.
pub(crate) fn access_problem(path: &Path) -> Option<String> {
    let folder = match path.parent() {
        Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
        Some(folder) => folder,
        None => return None,
    };
    // The folder, or its nearest existing ancestor.
    let found = folder.ancestors().find(|folder| folder.symlink_metadata().is_ok()).unwrap_or(Path::new("."));
    if !found.is_dir() {
        return Some(format!("{} is not a folder; use another path", found.display()));
    }
    let beside = |ending| {
        let mut file = path.as_os_str().to_owned();
        file.push(ending);
        PathBuf::from(file)
    };
    let files = [path.to_owned(), beside("-wal"), beside("-shm")];
    problem_at(found, Access::WRITE_OK | Access::EXEC_OK, folder).or_else(|| {
        let mut files = files.iter().filter(|file| file.exists());
        files.find_map(|file| problem_at(file, Access::READ_OK | Access::WRITE_OK, file))
    })
}

/// Why this process has no `access` to `place`. `wanted` is what the database needs: `place` itself, or a folder below
/// it.
fn problem_at(place: &Path, access: Access, wanted: &Path) -> Option<String> {
    let shown = place.display();
    let what = if place.is_dir() { "the folder" } else { "the file" };
    match accessat(CWD, place, access, AtFlags::EACCESS) {
        Err(Errno::ROFS) => Some(format!("{what} {shown} is on a read-only file system; use another folder")),
        Err(Errno::ACCESS | Errno::PERM) => {
            let uid = geteuid().as_raw();
            let metadata = place.metadata().ok();
            let cure = if place != wanted {
                format!("create {} for this user, or use another folder", wanted.display())
            } else if metadata.as_ref().is_some_and(|metadata| metadata.uid() == uid) {
                format!("run `chmod u+rwX {shown}`")
            } else {
                format!("run `chown {uid} {shown}` as root, or use another folder")
            };
            let owner = metadata.as_ref().map(owner).unwrap_or_default();
            Some(format!(
                "this process ({}) has no permission to use {what} {shown}{owner}; {cure}",
                user(uid)
            ))
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
