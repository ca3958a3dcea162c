//! Why a throw-away server failed.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// Why a throw-away server failed. The message is one line and says what to do.
#[derive(Debug, Error)]
pub enum ClusterError {
    /// PostgreSQL's programs were not found.
    #[error(
        "PostgreSQL 15 or newer is not installed in /usr/lib/postgresql; on Debian: apt-get install postgresql-15"
    )]
    NotInstalled,
    /// A folder with PostgreSQL's programs cannot be copied.
    #[error("cannot copy {}, which should have the programs of PostgreSQL", .0.display())]
    NoPackage(PathBuf),
    /// The process runs as root, and PostgreSQL refuses to.
    #[error(
        "PostgreSQL does not run as root, and there is no user {0}; create it: useradd --system --no-create-home {0}"
    )]
    NoUser(&'static str),
    /// The operating system refused a file or a process.
    #[error("{action}: {error}")]
    Io {
        /// The action that failed.
        action: &'static str,
        /// The error of the operating system.
        error: io::Error,
    },
    /// The server did not become ready in time.
    #[error("PostgreSQL did not start; its log ends with: {log}")]
    NotStarted {
        /// The last lines of its log.
        log: String,
    },
    /// The server did not stop in time.
    #[error("PostgreSQL did not stop")]
    NotStopped,
    /// The server is not running.
    #[error("PostgreSQL is not running")]
    NotRunning,
    /// The standby did not become a primary in time.
    #[error("PostgreSQL was not promoted")]
    NotPromoted,
    /// The server rejected a statement.
    #[error("PostgreSQL rejected a statement: {0}")]
    Rejected(String),
}

impl ClusterError {
    /// Converts an error in `map_err`.
    pub(crate) fn io(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { action, error }
    }
}
