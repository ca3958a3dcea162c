//! Why a command failed, and its exit code.
//!
//! Maps the errors of opening a configuration, a store and keys to exit codes; `admin_error` maps those of operations. Each
//! text is one line.

use jeton_core::KeyRingError;
use jeton_core::store::{OpenError, StoreError};
use jeton_server::MasterKeyFileError;
use jeton_server::config::ConfigError;
use jeton_server::start::StartError;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The command line or the configuration is wrong.
    #[error("{0}")]
    Usage(String),
    /// Something that was named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The request conflicts with the current state.
    #[error("{0}")]
    Conflict(String),
    /// The store is unavailable; the same command may succeed later.
    #[error("{0}")]
    StoreUnavailable(String),
    /// Everything else.
    #[error("{0}")]
    Failed(String),
    /// The message was printed already, or the reader of the output closed it.
    #[error("no message")]
    Silent {
        /// The exit code of the process.
        exit_code: u8,
    },
}

impl Failure {
    /// The exit code of the process.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::NotFound(_) => 3,
            Self::Conflict(_) => 4,
            Self::StoreUnavailable(_) => 7,
            Self::Silent { exit_code } => *exit_code,
        }
    }

    /// The same failure with `note` at the end of its message.
    pub(crate) fn with_note(self, note: &str) -> Self {
        match self {
            Self::Usage(text) => Self::Usage(text + note),
            Self::NotFound(text) => Self::NotFound(text + note),
            Self::Conflict(text) => Self::Conflict(text + note),
            Self::StoreUnavailable(text) => Self::StoreUnavailable(text + note),
            Self::Failed(text) => Self::Failed(text + note),
            Self::Silent { .. } => self,
        }
    }

    /// The line for stderr, for `print::output::say`, which escapes control characters. Untrusted text may hold line
    /// ends, which would break the promise of one line.
    pub(crate) fn line(&self) -> Option<String> {
        if matches!(self, Self::Silent { .. }) {
            return None;
        }
        let text = self.to_string();
        Some(format!("error: {}", text.replace(['\n', '\r', '\t'], " ")))
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_)
            | StoreError::OutcomeUnknown(_)
            | StoreError::Replaced { .. }
            | StoreError::Fenced(_) => Self::StoreUnavailable(error.to_string()),
            StoreError::Conflict(_) => Self::Conflict(error.to_string()),
            StoreError::Corrupt(_) => Self::Failed(error.to_string()),
        }
    }
}

impl From<KeyRingError> for Failure {
    fn from(error: KeyRingError) -> Self {
        StartError::Keys(error).into()
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        StartError::Open(error).into()
    }
}

impl From<MasterKeyFileError> for Failure {
    fn from(error: MasterKeyFileError) -> Self {
        StartError::MasterKey(error).into()
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        if error.is_usage() {
            Self::Usage(error.to_string())
        } else if error.is_store_unavailable() {
            Self::StoreUnavailable(error.to_string())
        } else {
            Self::Failed(error.to_string())
        }
    }
}
