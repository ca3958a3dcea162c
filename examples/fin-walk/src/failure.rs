//! Why a walk ended early, in a sentence for the person who started it.

use std::io;

use jeton_example_mcp_server::StartError;

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// A process, a folder, a socket or the output of this program.
    #[error("{doing}: {error}")]
    Machine {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// A command of Jeton's did not do what it should.
    #[error("`jeton {command}` failed: {said}")]
    Command {
        /// Its arguments.
        command: String,
        /// What it said.
        said: String,
    },
    /// The MCP server does not start.
    #[error("the MCP server does not start: {0}")]
    McpServer(#[from] StartError),
    /// A server cannot be reached, or its answer cannot be read.
    #[error("{doing}: {error}")]
    Http {
        /// What was being done.
        doing: &'static str,
        /// What the HTTP client said.
        error: reqwest::Error,
    },
    /// A server answered, but not as it should.
    #[error("{doing}: expected {expected}, got {got}")]
    Unexpected {
        /// What was being done.
        doing: &'static str,
        /// What should have come.
        expected: &'static str,
        /// What came.
        got: String,
    },
}

impl WalkError {
    /// For `map_err`.
    pub(crate) fn machine(doing: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Machine { doing, error }
    }

    /// For `map_err`.
    pub(crate) fn http(doing: &'static str) -> impl FnOnce(reqwest::Error) -> Self {
        move |error| Self::Http { doing, error }
    }
}
