//! Why an administrative operation failed; it has changed nothing.
//!
//! Each error says what is wrong, with the values. None names a command or an option: how to go on depends on where the
//! administrator is, so a command line or a console adds its own hint, chosen by the variant.

mod already_exists;
mod batch;
mod invalid;
mod not_found;
mod state_conflict;
mod subject;

use thiserror::Error;

pub use already_exists::AlreadyExists;
pub use batch::BatchError;
pub use invalid::{InvalidRequest, SecretRemedy};
pub use not_found::NotFound;
pub use state_conflict::StateConflict;
pub use subject::{ErrorSubject, SubjectKind};

/// Why an operation failed. Each text is one line.
#[derive(Debug, Error)]
pub enum AdminError {
    /// A value breaks a rule.
    #[error(transparent)]
    Invalid(#[from] InvalidRequest),
    /// Something that was named does not exist.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// An id or a name is taken.
    #[error(transparent)]
    AlreadyExists(#[from] AlreadyExists),
    /// The operation conflicts with the current state.
    #[error(transparent)]
    Conflict(#[from] StateConflict),
    /// The store is unavailable; the same operation may succeed later.
    #[error("{0}")]
    Unavailable(#[source] Source),
    /// A stored value cannot be read.
    #[error("{0}")]
    Corrupt(#[source] Source),
    /// The master key is not the one of the store.
    #[error("the keys in the database cannot be used: {0}")]
    MasterKey(#[source] Source),
    /// A key is damaged or could not be created.
    #[error("the keys in the database cannot be used: {0}")]
    Keys(#[source] Source),
    /// The secret could not be hashed.
    #[error("the secret could not be hashed: {0}")]
    Hash(#[source] Source),
}

/// The cause of a failure that is not the administrator's.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// The group of an error, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// A value breaks a rule.
    Invalid,
    /// Something that was named does not exist.
    NotFound,
    /// An id or a name is taken.
    AlreadyExists,
    /// The operation conflicts with the current state.
    Conflict,
    /// The store is unavailable.
    Unavailable,
    /// Another failure, which the administrator did not cause.
    Internal,
}

impl AdminError {
    /// The group of the error.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid(_) => ErrorCode::Invalid,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::AlreadyExists(_) => ErrorCode::AlreadyExists,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Corrupt(_) | Self::MasterKey(_) | Self::Keys(_) | Self::Hash(_) => ErrorCode::Internal,
        }
    }

    /// What the error is about, if it is about one thing.
    #[must_use]
    pub fn subject(&self) -> Option<ErrorSubject> {
        match self {
            Self::Invalid(error) => error.subject(),
            Self::NotFound(error) => error.subject(),
            Self::AlreadyExists(error) => error.subject(),
            Self::Conflict(error) => error.subject(),
            Self::Unavailable(_) | Self::Corrupt(_) | Self::MasterKey(_) | Self::Keys(_) | Self::Hash(_) => {
                None
            }
        }
    }

    /// Whether the request was refused, so that the same request fails again until it or the state changes.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self.code() {
            ErrorCode::Invalid | ErrorCode::NotFound | ErrorCode::AlreadyExists | ErrorCode::Conflict => true,
            ErrorCode::Unavailable | ErrorCode::Internal => false,
        }
    }
}
