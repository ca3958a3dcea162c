//! What a store says when it cannot do what was asked. None of it is ever an answer about a caller.

use thiserror::Error;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A read or write that did not happen.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store is away, full, locked or read-only: the same call may succeed later.
    #[error("the store is unavailable: {0}")]
    Unavailable(#[source] Source),
    /// Another file is at the database's path, or none. Only a restart helps: the open one is out of date.
    #[error(
        "the database {place} was replaced or deleted while it was open, so it is no longer read or written; put the right file in its place while no server runs, then restart"
    )]
    Replaced {
        /// Which database.
        place: String,
    },
    /// The write contradicts what is stored.
    #[error("{0}")]
    Conflict(Conflict),
    /// What is stored cannot be read as what it should be.
    #[error("the store holds something this version cannot read: {0}")]
    Corrupt(#[source] Source),
}

/// Why a write contradicts what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Conflict {
    /// Something of this id or name exists.
    #[error("it exists already")]
    Exists,
    /// The name of an account is another account's id, existing or deleted.
    #[error("its name is the client id of another account, existing or deleted")]
    NameIsAnId,
    /// The id of an account is another account's name.
    #[error("its client id is the name of another account")]
    IdIsAName,
    /// What the write refers to is not there.
    #[error("something it refers to is gone")]
    Missing,
    /// Others refer to what would be removed.
    #[error("it is still in use")]
    InUse,
    /// Another writer was faster.
    #[error("it was changed by somebody else at the same time")]
    Stale,
}

/// A store that could not be opened. Its text is one line that names the store, the reason and the cure;
/// the store is as it was before.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The URL is not one of ours.
    #[error("the database url {url:?} is not usable: {reason}; use sqlite:PATH")]
    BadUrl {
        /// The URL, without a password.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It cannot be reached or read.
    #[error("the database {place} cannot be opened: {source}")]
    Unavailable {
        /// Which database.
        place: String,
        /// Why.
        source: Source,
    },
    /// It is some other program's.
    #[error(
        "the database {place} is not a Jeton database and was left as it is; name another file in [database] url"
    )]
    Foreign {
        /// Which database.
        place: String,
    },
    /// A later version wrote it.
    #[error(
        "the database {place} was written by a newer Jeton (schema {found}, this one knows {known}) and was left as it is; use that version"
    )]
    Newer {
        /// Which database.
        place: String,
        /// Its schema.
        found: i64,
        /// The highest schema known here.
        known: i64,
    },
    /// There is none.
    #[error("there is no database {place}; `jeton migrate` makes it, or name another one in [database] url")]
    Missing {
        /// Which database.
        place: String,
    },
    /// An earlier version wrote it and migrations were not wanted.
    #[error("the database {place} needs a migration; run `jeton migrate`")]
    NotMigrated {
        /// Which database.
        place: String,
    },
    /// It is damaged.
    #[error("the database {place} is damaged and was left as it is: {source}; restore a backup")]
    Corrupt {
        /// Which database.
        place: String,
        /// What was found.
        source: Source,
    },
}
