//! Files with a private key: who may read them, and the error for a file that cannot be used.
//!
//! Checks the opened file, so that it cannot be replaced between the check and the read.
//! Must not know what kind of key it is.

mod folder;
mod owner;

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;

use thiserror::Error;
use zeroize::Zeroizing;

pub(crate) use folder::{not_created, owned_by_another};
use owner::{Owner, Process};

/// Why a file cannot be used. The message says what is wrong, who owns the file, and what to do.
#[derive(Debug, Error)]
#[error("{fault}{}", .cure.as_ref().map(|cure| format!("; {cure}")).unwrap_or_default())]
pub struct KeyFileError {
    fault: String,
    cure: Option<String>,
    is_missing: bool,
}

impl KeyFileError {
    /// What is wrong.
    pub(crate) fn fault(&self) -> &str {
        &self.fault
    }

    /// What to do, if there is more to do than to name another file.
    pub(crate) fn cure(&self) -> Option<&str> {
        self.cure.as_deref()
    }

    pub(crate) fn is_missing(&self) -> bool {
        self.is_missing
    }

    /// What `error` means for a file with a key or its certificate.
    pub(crate) fn unreadable(path: &Path, error: &io::Error) -> Self {
        let is_missing = error.kind() == ErrorKind::NotFound;
        if error.kind() == ErrorKind::PermissionDenied {
            let (fault, cure) = folder::not_opened(path, &Process::current());
            return Self { fault, cure, is_missing };
        }
        Self { fault: format!("it cannot be read ({error})"), cure: None, is_missing }
    }
}

/// Reads a file that only root, this process's user and its own groups may read.
///
/// The mode is 0400 or 0600; or 0440, which is how Kubernetes (`fsGroup`) and systemd (credentials) hand keys to a
/// service, with root or this user as owner and one of this process's groups.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
    let unreadable = |error| KeyFileError::unreadable(path, &error);
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    check(path, &metadata, &Process::current())?;
    // Full capacity from the start: a vector that grows leaves copies of the key in memory.
    let mut text = Zeroizing::new(Vec::with_capacity(LARGEST_FILE));
    file.take(LARGEST_FILE as u64).read_to_end(&mut text).map_err(unreadable)?;
    Ok(text)
}

fn check(path: &Path, metadata: &Metadata, process: &Process) -> Result<(), KeyFileError> {
    if metadata.is_dir() {
        let fault = "it is a folder".to_owned();
        return Err(KeyFileError { fault, cure: Some("name the file in it".to_owned()), is_missing: false });
    }
    let owner = Owner::of(metadata);
    match owner.fault(process) {
        None => Ok(()),
        Some(fault) => Err(KeyFileError { fault, cure: Some(owner.cure(path, process)), is_missing: false }),
    }
}

const LARGEST_FILE: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};
    use std::os::unix::fs::{PermissionsExt as _, chown};
    use std::path::PathBuf;

    use rustix::process::{getegid, geteuid};
    use tempfile::TempDir;

    use super::*;

    fn key(mode: u32) -> (TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.key");
        fs::write(&path, "key").unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    fn refusal(path: &Path) -> String {
        read(path).unwrap_err().to_string()
    }

    #[test]
    fn a_file_with_a_mode_for_keys_is_read() {
        for mode in [0o400, 0o600, 0o440] {
            let (_folder, path) = key(mode);
            // On some systems, a new file gets the group of its folder.
            chown(&path, None, Some(getegid().as_raw())).unwrap();
            assert_eq!(**read(&path).unwrap(), *b"key", "{mode:04o}");
        }
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_with_mode_owner_and_fix() {
        for mode in [0o644, 0o604, 0o640, 0o460, 0o444, 0o4440, 0o602, 0o620, 0o601] {
            let (_folder, path) = key(mode);
            let refusal = refusal(&path);
            let of =
                if geteuid().is_root() { "root".to_owned() } else { format!("uid {}", geteuid().as_raw()) };
            assert!(refusal.contains(&format!("mode {mode:04o}, owner {of}, group ")), "{refusal}");
            assert!(refusal.ends_with(&format!("run `chmod 600 {}`", path.display())), "{refusal}");
        }
    }

    #[test]
    fn the_target_of_a_link_is_checked() {
        let (folder, path) = key(0o640);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(refusal(&link).contains("mode 0640"));
        fs::set_permissions(&path, Permissions::from_mode(0o400)).unwrap();
        read(&link).unwrap();
    }

    #[test]
    fn a_group_that_this_process_is_not_in_is_refused() {
        if geteuid().is_root() {
            let (_folder, path) = key(0o440);
            chown(&path, Some(0), Some(FOREIGN)).unwrap();
            assert!(refusal(&path).contains(&format!("group gid {FOREIGN}")), "{}", refusal(&path));
        } else {
            // Only root may change the owner of a file, so this test changes the process instead.
            let (_folder, path) = key(0o440);
            let metadata = path.metadata().unwrap();
            let process = Process { uid: geteuid().as_raw(), gids: vec![FOREIGN] };
            let refusal = check(&path, &metadata, &process).unwrap_err().to_string();
            assert!(refusal.contains("is not in that group"), "{refusal}");
        }
    }

    #[test]
    fn the_error_says_that_a_file_is_missing_or_a_folder() {
        let (folder, path) = key(0o600);
        assert!(refusal(folder.path()).contains("it is a folder"));
        fs::remove_file(&path).unwrap();
        assert!(read(&path).unwrap_err().is_missing());
    }

    const FOREIGN: u32 = 4_242_424;
}
