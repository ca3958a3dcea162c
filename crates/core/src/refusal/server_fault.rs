//! Why the server cannot answer: something that it depends on fails, or the server has a defect. Neither says anything
//! about the caller.

use thiserror::Error;

use crate::keys::KeyPairError;
use crate::refusal::Refusal;
use crate::store::StoreError;
use crate::store::transfer::Fence;

/// Why the server cannot answer now.
#[derive(Debug, Error)]
pub enum Unavailable {
    /// The store did not answer, and the cache does not have the data.
    #[error(transparent)]
    Store(StoreError),
    /// The store did not confirm a write, which may be stored or not.
    #[error(transparent)]
    OutcomeUnknown(StoreError),
    /// The database's file is no longer the one that was opened. The text names the file and says what to do.
    #[error("{0}")]
    Replaced(String),
    /// The store was copied to another one and refuses changes. The text says where to and what to do.
    #[error("{0}")]
    Fenced(Fence),
    /// The store has been unavailable for longer than the cache may be used (`[outage] serve_stale_for`).
    #[error("the store has been unavailable for longer than serve_stale_for")]
    Stale,
    /// The change feed cannot be read, and what is in memory refuses the request. A change that was not read may allow it.
    #[error("the change feed cannot be read; from memory, the request would be refused: {0}")]
    Outdated(Box<Refusal>),
    /// The change feed was not read for almost two seconds, so the node may lack revocations. The text is for the
    /// revocation feed: everything else may use the cache for longer.
    #[error("the node may not know the latest revocations: it has not read the change feed for two seconds")]
    RevocationsStale,
    /// Too many secrets are waiting to be hashed.
    #[error(transparent)]
    Hashing(#[from] HashPoolFull),
    /// Too many client ids are being looked up of which this node does not know yet whether they exist.
    #[error("too many client ids are being looked up")]
    TooManyLookups,
    /// Too many revocations are waiting to be written. This one was not revoked.
    #[error("too many revocations are waiting to be written")]
    TooManyRevocations,
    /// There is no active signing key.
    #[error("there is no active signing key")]
    NoSigningKey,
    /// There is no active sealing key.
    #[error("there is no active sealing key")]
    NoSealingKey,
}

/// Why a secret cannot be hashed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HashPoolFull {
    /// Too many hashes are waiting.
    #[error("too many secrets are waiting to be checked")]
    Lane,
    /// Too many hashes of the caller's network are waiting: it may use a quarter of the heavy lane.
    #[error("too many secrets from the caller's network are waiting to be checked")]
    NetworkShare,
}

/// A defect of the server.
#[derive(Debug, Error)]
pub enum Internal {
    /// Signing failed.
    #[error(transparent)]
    Signing(#[from] KeyPairError),
    /// The claims could not be serialized.
    #[error("the claims could not be serialized: {0}")]
    Claims(#[from] serde_json::Error),
    /// The claims could not be sealed.
    #[error("the claims could not be sealed")]
    Sealing,
    /// The flow's state machine required an unexpected step.
    #[error("the client credentials flow ran out of order")]
    Flow,
    /// The token would exceed its maximum size.
    #[error("the token would be longer than 4,096 characters")]
    TokenTooLong,
}

impl From<StoreError> for Unavailable {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Replaced { .. } => Self::Replaced(error.to_string()),
            StoreError::OutcomeUnknown(_) => Self::OutcomeUnknown(error),
            StoreError::Fenced(fence) => Self::Fenced(fence),
            StoreError::Unavailable(_) | StoreError::Conflict(_) | StoreError::Corrupt(_) => {
                Self::Store(error)
            }
        }
    }
}
