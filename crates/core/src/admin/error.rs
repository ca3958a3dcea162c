//! Turns the errors of the store and of the keys into the errors of administrators.

pub use jeton_admin::error::AdminError;

use jeton_admin::error::{AlreadyExists, InvalidRequest, NotFound, SecretRemedy, StateConflict};

use crate::keys::{KeyRingError, RotationRefused};
use crate::secret_hash::InvalidHash;
use crate::secrets::imported::UnusableSecret;
use crate::store::{Conflict, StoreError};

impl From<StoreError> for AdminError {
    fn from(error: StoreError) -> Self {
        let conflict = match error {
            StoreError::Conflict(conflict) => conflict,
            StoreError::Corrupt(_) => return Self::Corrupt(error.into()),
            StoreError::Unavailable(_)
            | StoreError::OutcomeUnknown(_)
            | StoreError::Replaced { .. }
            | StoreError::Fenced(_) => {
                return Self::Unavailable(error.into());
            }
        };
        match conflict {
            Conflict::Exists => AlreadyExists::Other.into(),
            Conflict::Missing => StateConflict::ReferenceGone.into(),
            // The operations that write names and ids replace the first three by an error that has the name.
            Conflict::NameIsAnId | Conflict::IdIsAName | Conflict::TooLong | Conflict::InUse => {
                StateConflict::InUse.into()
            }
            Conflict::Stale => StateConflict::Busy.into(),
        }
    }
}

impl From<KeyRingError> for AdminError {
    fn from(error: KeyRingError) -> Self {
        match error {
            KeyRingError::Store(error) => error.into(),
            KeyRingError::MasterKey(_) => Self::MasterKey(error.into()),
            KeyRingError::Key(_) => Self::Keys(error.into()),
        }
    }
}

impl From<RotationRefused> for AdminError {
    fn from(refused: RotationRefused) -> Self {
        match refused {
            RotationRefused::TooEarly { kind, ready_at } => {
                StateConflict::NextKeyTooNew { kind, ready_at }.into()
            }
            RotationRefused::NotUsed(kind) => NotFound::KeyOfKind(kind).into(),
            RotationRefused::NoSuchKey(id) => NotFound::Key(id).into(),
            RotationRefused::Failed(error) => error.into(),
        }
    }
}

impl From<UnusableSecret> for AdminError {
    fn from(unusable: UnusableSecret) -> Self {
        let remedy = match &unusable {
            UnusableSecret::Digest(_) => Some(SecretRemedy::ConfirmDigest),
            UnusableSecret::HashOfASecret => Some(SecretRemedy::ImportAccountByHash),
            UnusableSecret::Hash(_)
            | UnusableSecret::Mask
            | UnusableSecret::NeverSet
            | UnusableSecret::Placeholder(_)
            | UnusableSecret::Wrapped(_)
            | UnusableSecret::Form { .. } => None,
        };
        InvalidRequest::UnusableSecret { reason: unusable.to_string(), remedy }.into()
    }
}

impl From<InvalidHash> for AdminError {
    fn from(error: InvalidHash) -> Self {
        Self::Hash(error.into())
    }
}
