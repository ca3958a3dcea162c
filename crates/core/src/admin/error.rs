//! Errors of administrative operations. An operation that fails has changed nothing.

use thiserror::Error;

use crate::keys::KeyRingError;
use crate::secrets::hash::InvalidHash;
use crate::store::{Conflict, StoreError};

/// Why an operation failed; nothing was changed. Each text is one line: the value, the rule, and what is accepted.
#[derive(Debug, Error)]
pub enum AdminError {
    /// A value breaks a rule.
    #[error("{0}")]
    Invalid(String),
    /// A named thing does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The operation conflicts with the stored state.
    #[error("{0}")]
    Conflict(String),
    /// The store failed.
    #[error(transparent)]
    Store(StoreError),
    /// The master key does not match the store, or a stored key cannot be used.
    #[error(transparent)]
    Keys(KeyRingError),
    /// The secret could not be hashed.
    #[error("the secret could not be hashed: {0}")]
    Hash(#[from] InvalidHash),
}

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict(conflict) => Self::Conflict(match conflict {
                Conflict::Exists => "it already exists".to_owned(),
                Conflict::NameIsAnId | Conflict::IdIsAName => conflict.to_string(),
                Conflict::Missing => {
                    "something it refers to no longer exists; check the current state and repeat the command"
                        .to_owned()
                }
                Conflict::InUse => "it is still in use".to_owned(),
                Conflict::Stale => "other writers keep changing it; repeat the command".to_owned(),
            }),
            StoreError::Unavailable(_) | StoreError::Replaced { .. } | StoreError::Corrupt(_) => {
                Self::Store(error)
            }
        }
    }
}

impl From<KeyRingError> for AdminError {
    fn from(error: KeyRingError) -> Self {
        match error {
            KeyRingError::Store(error) => error.into(),
            KeyRingError::MasterKey(_) | KeyRingError::Key(_) => Self::Keys(error),
        }
    }
}
