//! Where PostgreSQL's programs are, and as which user they run.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::ClusterError;

/// Which programs a server uses.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Programs<'a> {
    /// Those of a Debian package.
    Installed,
    /// Those in the folder `programs` of `package`.
    Copied { package: &'a Path, programs: &'a str },
}

impl Programs<'_> {
    /// The folder of the programs. Programs to copy are copied into `folder`.
    pub(crate) fn folder(self, folder: &Path) -> Result<PathBuf, ClusterError> {
        let Self::Copied { package, programs } = self else { return installed() };
        let copy = folder.join("package");
        let copied = Command::new("cp").arg("-r").arg(package).arg(&copy).status();
        let copied = copied.map_err(ClusterError::io("cannot copy the programs of PostgreSQL"))?;
        if copied.success() {
            Ok(copy.join(programs))
        } else {
            Err(ClusterError::NoPackage(package.to_owned()))
        }
    }
}

/// Version 15 comes first, because Debian's is the one that is tested.
fn installed() -> Result<PathBuf, ClusterError> {
    let folders = VERSIONS.iter().map(|version| Path::new("/usr/lib/postgresql").join(version).join("bin"));
    folders.into_iter().find(|folder| folder.join("postgres").exists()).ok_or(ClusterError::NotInstalled)
}

/// The user and group of a program that refuses to run as root. `None` means those of this process.
///
/// # Errors
/// [`ClusterError::NoUser`].
pub fn unprivileged_user() -> Result<Option<(u32, u32)>, ClusterError> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users =
        std::fs::read_to_string("/etc/passwd").map_err(ClusterError::io("cannot read /etc/passwd"))?;
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut fields = line.split(':').skip(2).map(|id| id.parse().ok());
        Some((fields.next()??, fields.next()??))
    };
    // The second is made by Debian's package.
    let found = ids(TEST_USER).or_else(|| ids("postgres"));
    found.map(Some).ok_or(ClusterError::NoUser(TEST_USER))
}

const VERSIONS: [&str; 4] = ["15", "16", "17", "18"];
/// `scripts/setup` makes it.
const TEST_USER: &str = "jetontest";
