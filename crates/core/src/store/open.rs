//! What is decided before a store is opened, and what can be told of it without opening it to writes.

use std::path::PathBuf;

use crate::model::Key;

/// What to do about a store of an earlier version, or a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrate {
    /// Bring it up to this version.
    Pending,
    /// Make it where there is none; leave one of an earlier version as it is.
    New,
    /// Leave everything as it is: [`OpenError::Missing`](super::OpenError), [`OpenError::NotMigrated`](super::OpenError).
    Never,
}

/// What is where a store should be, looked at without changing anything.
#[derive(Debug, Clone)]
pub enum InspectedStore {
    /// No store yet.
    New {
        /// Where it would be made.
        place: String,
        /// The folder that is made with it, if it is a file.
        folder: Option<PathBuf>,
    },
    /// A store that lacks migrations.
    Outdated {
        /// Which store.
        place: String,
        /// Of the region's master key, if it has one: [`KeyStore::find_master_key_check`](super::KeyStore).
        master_key_check: Option<Vec<u8>>,
    },
    /// A store of this version.
    Current {
        /// Of the region's master key, if it has one.
        master_key_check: Option<Vec<u8>>,
        /// The region's keys: [`KeyStore::list_keys`](super::KeyStore).
        keys: Vec<Key>,
    },
}
