//! A standby, and its promotion.

use std::path::Path;

use crate::install::Programs;
use crate::{Cluster, ClusterError};

impl Cluster {
    /// Starts a standby of this server, with the same settings. It replicates under the name `standby`.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn start_standby(&self) -> Result<Self, ClusterError> {
        let parent = self.folder().parent().unwrap_or(Path::new("/tmp"));
        Self::start_with(parent, Programs::Installed, [&self.folder().to_string_lossy(), "", ""])
    }

    /// Makes a standby the primary. Returns when it accepts writes.
    ///
    /// # Errors
    /// [`ClusterError::NotPromoted`].
    pub fn promote(&self) -> Result<(), ClusterError> {
        self.tell("promote")?;
        let is_primary =
            |_: &Path| self.execute("postgres", "SELECT pg_is_in_recovery()").is_ok_and(|is| is == "f");
        if self.poll(is_primary) { Ok(()) } else { Err(ClusterError::NotPromoted) }
    }
}
