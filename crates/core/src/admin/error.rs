//! Why an administrator's wish was not carried out. Nothing was changed then.

use thiserror::Error;

use crate::keys::KeyRingError;
use crate::secret_hash::InvalidHash;
use crate::store::{Conflict, StoreError};

/// Why nothing was changed. Each text is one line that names the value, the rule, and what would be accepted.
#[derive(Debug, Error)]
pub enum AdminError {
    /// A value breaks a rule.
    #[error("{0}")]
    Invalid(String),
    /// Something named is not there.
    #[error("{0}")]
    NotFound(String),
    /// It contradicts what is there.
    #[error("{0}")]
    Conflict(String),
    /// The store could not.
    #[error(transparent)]
    Store(StoreError),
    /// The store's keys and the master key do not fit.
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
                Conflict::Exists => "it exists already".to_owned(),
                Conflict::NameIsAnId | Conflict::IdIsAName => conflict.to_string(),
                Conflict::Missing => "something it refers to is gone; look at it again and repeat".to_owned(),
                Conflict::InUse => "it is still in use".to_owned(),
                Conflict::Stale => "somebody else keeps changing it; repeat the command".to_owned(),
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
