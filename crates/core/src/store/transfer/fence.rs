//! The fence of a store that is copied.

use std::fmt;

use crate::model::Timestamp;

/// Why a store refuses changes: it is being copied, or was copied, into another store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// When it began to refuse them.
    pub since: Timestamp,
    /// The location of the other store, without a password.
    pub target: String,
}

impl fmt::Display for Fence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the store has refused changes since {}, when it was copied to {}; use that store, or run `jeton store \
             unfence` if no copy is running and you keep this one",
            self.since, self.target
        )
    }
}
