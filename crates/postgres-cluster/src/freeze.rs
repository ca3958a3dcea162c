//! Freezes a server: its processes stop where they are, their connections stay open, and none of them answers.

use rustix::process::{Pid, Signal, kill_process};

use crate::{Cluster, ClusterError};

impl Cluster {
    /// Freezes the server and all its processes. A server alone would still serve its open connections.
    ///
    /// # Errors
    /// [`ClusterError::NotRunning`].
    pub fn freeze(&self) -> Result<Frozen, ClusterError> {
        let server = self.process().ok_or(ClusterError::NotRunning)?;
        // First the server: it must not start more processes.
        kill_process(server, Signal::STOP).map_err(|_| ClusterError::NotRunning)?;
        let mut frozen = Frozen(vec![server]);
        let children = format!("/proc/{0}/task/{0}/children", server.as_raw_nonzero());
        let children = std::fs::read_to_string(children)
            .map_err(ClusterError::io("cannot list the processes of PostgreSQL"))?;
        for child in children.split_whitespace().filter_map(|id| Pid::from_raw(id.parse().ok()?)) {
            // One may have ended meanwhile.
            let _ = kill_process(child, Signal::STOP);
            frozen.0.push(child);
        }
        Ok(frozen)
    }
}

/// The processes of a frozen server. They go on when the value is dropped.
#[derive(Debug)]
pub struct Frozen(Vec<Pid>);

impl Drop for Frozen {
    fn drop(&mut self) {
        for process in &self.0 {
            let _ = kill_process(*process, Signal::CONT);
        }
    }
}
