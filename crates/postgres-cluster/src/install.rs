//! Where PostgreSQL's programs are, and as which user they run.

use std::path::{Path, PathBuf};

use crate::ClusterError;

/// The folder of the programs. Version 15 comes first, because Debian's is the one that is tested.
///
/// # Errors
/// [`ClusterError::NotInstalled`].
pub(crate) fn programs() -> Result<PathBuf, ClusterError> {
    let folders = VERSIONS.iter().map(|version| Path::new("/usr/lib/postgresql").join(version).join("bin"));
    folders.into_iter().find(|folder| folder.join("postgres").exists()).ok_or(ClusterError::NotInstalled)
}

/// The user and group of the server. `None` means those of this process.
///
/// # Errors
/// [`ClusterError::NoUser`].
pub(crate) fn user() -> Result<Option<(u32, u32)>, ClusterError> {
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
