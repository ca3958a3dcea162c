//! Why a batch was refused or could not be written.

use thiserror::Error;

use super::AdminError;

/// The error of a batch, and the item that caused it.
#[derive(Debug, Error)]
#[error("{error}")]
pub struct BatchError {
    /// The position of the item in the batch, from 0; `None` if no single item is the cause.
    pub position: Option<usize>,
    /// What is wrong.
    #[source]
    pub error: AdminError,
}

impl BatchError {
    /// The error of the item at `position`.
    #[must_use]
    pub fn at(position: usize, error: impl Into<AdminError>) -> Self {
        Self { position: Some(position), error: error.into() }
    }
}

/// The error of no single item.
impl From<AdminError> for BatchError {
    fn from(error: AdminError) -> Self {
        Self { position: None, error }
    }
}
