//! Why a file cannot be read or created: its folder is missing, read-only or belongs to another user.

use std::io::{self, ErrorKind};
use std::path::Path;

use super::owner::{Owner, Process, ROOT, user};

/// Why this process may not open the file at `path`, and what to do.
pub(super) fn not_opened(path: &Path, process: &Process) -> (String, Option<String>) {
    let us = user(process.uid);
    // The lowest part of the path whose metadata can be read is the one that blocks access.
    for place in path.ancestors() {
        let place = if place.as_os_str().is_empty() { Path::new(".") } else { place };
        let Ok(metadata) = place.metadata() else { continue };
        let (owner, shown) = (Owner::of(&metadata), place.display());
        let (what, mode) = if metadata.is_dir() {
            (format!("enter the folder {shown}"), "700")
        } else {
            ("read it".to_owned(), "600")
        };
        let cure = if owner.uid == process.uid {
            format!("run `chmod {mode} {shown}`")
        } else {
            format!("run `chown {} {shown}` as root", process.uid)
        };
        return (format!("this process ({us}) is not allowed to {what} ({owner})"), Some(cure));
    }
    (format!("this process ({us}) is not allowed to read it"), None)
}

/// Why no file can be created at `path`, and what to do.
pub(crate) fn not_created(path: &Path, error: &io::Error) -> String {
    let folder = folder_of(path);
    let shown = folder.display();
    match error.kind() {
        ErrorKind::NotFound => format!("the folder {shown} does not exist; create it"),
        ErrorKind::NotADirectory => format!("{shown} is not a folder; use another one"),
        ErrorKind::ReadOnlyFilesystem => {
            format!(
                "the folder {shown} is on a read-only file system; put the file there yourself, or use another folder"
            )
        }
        ErrorKind::PermissionDenied => {
            let uid = Process::current().uid;
            let owner = folder.metadata().ok().map(|metadata| Owner::of(&metadata));
            let cure = if owner.is_some_and(|owner| owner.uid == uid) {
                format!("`chmod 700 {shown}`")
            } else {
                format!("`chown {uid} {shown}` as root")
            };
            let owner = owner.map(|owner| format!(" ({owner})")).unwrap_or_default();
            let us = user(uid);
            format!(
                "this process ({us}) is not allowed to write to the folder {shown}{owner}; run {cure}, or use another folder"
            )
        }
        _ => format!("it cannot be created in the folder {shown} ({error})"),
    }
}

/// A warning if root just created a file in a folder of another user, for example of a service: that user cannot read
/// the file.
pub(crate) fn owned_by_another(path: &Path) -> Option<String> {
    let file = Owner::of(&path.metadata().ok()?);
    let folder = Owner::of(&folder_of(path).metadata().ok()?);
    (file.uid == ROOT && folder.uid != ROOT).then(|| {
        format!(
            "The file belongs to root, but its folder belongs to {}. Run `chown {}:{} {}` if a service of that user must read the file.",
            user(folder.uid),
            folder.uid,
            folder.gid,
            path.display()
        )
    })
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
