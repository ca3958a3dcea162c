//! What whoever opens a store decides.

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
