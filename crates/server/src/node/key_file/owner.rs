//! Owner and mode of a key file, and whether they are safe for this process.

use std::fmt;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::process::{getegid, geteuid, getgroups};

/// Mode, owner and group of a file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    pub(super) uid: u32,
    pub(super) gid: u32,
    pub(super) mode: u32,
}

/// The user and groups of this process.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) uid: u32,
    pub(super) gids: Vec<u32>,
}

impl Process {
    pub(super) fn current() -> Self {
        // If the list of supplementary groups cannot be read, the primary group still counts.
        let more = getgroups().unwrap_or_default();
        let gids = [getegid()].into_iter().chain(more).map(rustix::process::Gid::as_raw).collect();
        Self { uid: geteuid().as_raw(), gids }
    }
}

impl Owner {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { uid: metadata.uid(), gid: metadata.gid(), mode: metadata.mode() & 0o7777 }
    }

    /// Why the file is not safe for a key of `process`.
    pub(super) fn fault(self, process: &Process) -> Option<String> {
        let of_others = self.mode & OTHERS;
        if of_others == 0 {
            return None;
        }
        if self.mode != FOR_GROUP {
            return Some(format!("others may read or change it ({self})"));
        }
        if self.uid != ROOT && self.uid != process.uid {
            return Some(format!(
                "its group may read it, but its owner is neither root nor this process's {} ({self})",
                user(process.uid)
            ));
        }
        // A systemd credential belongs to root and root's group; an ACL lets the service's user read it.
        let is_our_group = process.gids.contains(&self.gid) || (self.uid, self.gid) == (ROOT, ROOT);
        (!is_our_group)
            .then(|| format!("its group may read it, but this process is not in that group ({self})"))
    }

    /// The command that makes the file usable by `process`.
    pub(super) fn cure(self, path: &Path, process: &Process) -> String {
        let path = path.display();
        if process.uid == ROOT || process.uid == self.uid {
            format!("run `chmod 600 {path}`")
        } else {
            format!("run `chown {} {path} && chmod 600 {path}` as root", process.uid)
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mode {:04o}, owner {}, group gid {}", self.mode, user(self.uid), self.gid)
    }
}

pub(super) fn user(uid: u32) -> String {
    if uid == ROOT { "root".to_owned() } else { format!("uid {uid}") }
}

pub(super) const ROOT: u32 = 0;

const OTHERS: u32 = 0o077;
const FOR_GROUP: u32 = 0o440;

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE: u32 = 998;
    const OTHER: u32 = 1_000;

    fn is_accepted(mode: u32, uid: u32, gid: u32) -> bool {
        Owner { uid, gid, mode }.fault(&Process { uid: SERVICE, gids: vec![SERVICE, 2_000] }).is_none()
    }

    #[test]
    fn a_file_that_only_its_owner_may_read_is_accepted() {
        for mode in [0o400, 0o600] {
            for uid in [ROOT, SERVICE, OTHER] {
                assert!(is_accepted(mode, uid, OTHER), "{mode:04o} of {uid}");
            }
        }
    }

    #[test]
    fn a_group_of_this_process_may_read_what_root_or_its_user_owns() {
        for (uid, gid, expected) in [
            // Kubernetes: fsGroup. Then two files that the service owns.
            (ROOT, 2_000, true),
            (SERVICE, SERVICE, true),
            (SERVICE, 2_000, true),
            // systemd, which adds an ACL.
            (ROOT, ROOT, true),
            (ROOT, OTHER, false),
            (SERVICE, OTHER, false),
            (SERVICE, ROOT, false),
            (OTHER, SERVICE, false),
            (OTHER, OTHER, false),
        ] {
            assert_eq!(is_accepted(0o440, uid, gid), expected, "{uid}:{gid}");
        }
    }

    #[test]
    fn no_other_permission_is_accepted_from_any_owner() {
        for mode in (0..=0o7777).filter(|mode| mode & 0o077 != 0 && *mode != 0o440) {
            for uid in [ROOT, SERVICE, OTHER] {
                assert!(!is_accepted(mode, uid, SERVICE), "{mode:04o} of {uid}");
            }
        }
    }

    #[test]
    fn the_fix_leaves_a_file_that_the_process_can_read() {
        let (path, process) = (Path::new("/k"), Process { uid: SERVICE, gids: vec![SERVICE] });
        let cure = |uid| Owner { uid, gid: OTHER, mode: 0o644 }.cure(path, &process);
        assert_eq!(cure(SERVICE), "run `chmod 600 /k`");
        assert_eq!(cure(ROOT), "run `chown 998 /k && chmod 600 /k` as root");
    }
}
