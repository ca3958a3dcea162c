//! Why keys cannot be used, rotated or revoked.

use thiserror::Error;

use super::KeyPairError;
use crate::keys::master_key::MasterKeyError;
use crate::model::{KeyId, KeyKind, Timestamp};
use crate::store::StoreError;

/// Why a rotation or revocation of keys was refused.
#[derive(Debug, Error)]
pub enum RotationRefused {
    /// Verifiers may not have the next key yet.
    #[error("the next {kind} key is not known to every verifier before {ready_at}")]
    TooEarly {
        /// The kind of the key.
        kind: KeyKind,
        /// When the next key may become active.
        ready_at: Timestamp,
    },
    /// No resource uses keys of this kind.
    #[error("no resource of this region uses {0} keys, so there is no key to rotate")]
    NotUsed(KeyKind),
    /// No trusted key has this id.
    #[error("no trusted key has the id {:?}", .0.as_str())]
    NoSuchKey(KeyId),
    /// The change failed.
    #[error(transparent)]
    Failed(#[from] KeyRingError),
}

impl From<StoreError> for RotationRefused {
    fn from(error: StoreError) -> Self {
        KeyRingError::from(error).into()
    }
}

/// Why the region's keys are not usable.
#[derive(Debug, Error)]
pub enum KeyRingError {
    /// The master key does not decrypt them.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// A key is damaged or could not be created.
    #[error(transparent)]
    Key(#[from] KeyPairError),
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}
