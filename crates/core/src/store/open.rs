//! What whoever opens a store decides.

/// What to do about a store of an earlier version, or a new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrate {
    /// Bring it up to this version.
    Pending,
    /// Leave it as it is: [`OpenError::NotMigrated`](super::OpenError).
    Never,
}
