//! Why a walk failed, in a sentence for the person who started it.

use std::io;

use jeton_postgres_cluster::ClusterError;

/// Why a walk failed.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// An I/O error of a process, a folder, a socket or the output of this program.
    #[error("{action}: {error}")]
    Io {
        /// The action that failed.
        action: &'static str,
        /// The error of the operating system.
        error: io::Error,
    },
    /// PostgreSQL failed.
    #[error(transparent)]
    Database(#[from] ClusterError),
    /// A Jeton command failed.
    #[error("`jeton {command}` failed: {output}")]
    Command {
        /// The arguments of the command.
        command: String,
        /// The error output of the command.
        output: String,
    },
    /// The HTTP client failed.
    #[error("{action}: {error}")]
    Http {
        /// The action that failed.
        action: &'static str,
        /// The error of the HTTP client.
        error: reqwest::Error,
    },
    /// A claim did not hold.
    #[error("not as claimed: {0}")]
    Claim(String),
}

impl WalkError {
    /// Converts an error in `map_err`.
    pub(crate) fn io(action: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { action, error }
    }

    /// Converts an error in `map_err`.
    pub(crate) fn http(action: &'static str) -> impl FnOnce(reqwest::Error) -> Self {
        move |error| Self::Http { action, error }
    }
}
