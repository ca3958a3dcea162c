//! Why a batch was refused or could not be written.

use thiserror::Error;

use super::AdminError;
use crate::view::ImportedBatch;

/// The error of a batch, the item that caused it, and what was written before.
#[derive(Debug, Error)]
#[error("{error}")]
pub struct BatchError {
    /// The position of the item in the batch, from 0; `None` if no single item is the cause.
    pub position: Option<usize>,
    /// The items that stay nevertheless.
    pub imported: ImportedBatch,
    /// Whether items may be written that are not counted: the store did not confirm a write.
    pub is_outcome_unknown: bool,
    /// What is wrong.
    #[source]
    pub error: AdminError,
}

impl BatchError {
    /// The error of the item at `position`.
    #[must_use]
    pub fn at(position: usize, error: impl Into<AdminError>) -> Self {
        Self { position: Some(position), ..Self::from(error.into()) }
    }
}

/// The error of no single item. Nothing of the batch was written.
impl From<AdminError> for BatchError {
    fn from(error: AdminError) -> Self {
        Self { position: None, imported: ImportedBatch::default(), is_outcome_unknown: false, error }
    }
}
