//! Errors of a store. An error never means that a caller was refused.

use thiserror::Error;

use super::transfer::Fence;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a read or write failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The store is unreachable, full, locked or read-only. The same call may succeed later.
    #[error("the store is unavailable: {0}")]
    Unavailable(#[source] Source),
    /// The write may be stored or not: the connection was lost, or the time limit passed, before the store confirmed it.
    #[error("it is not known whether the change was stored: {0}")]
    OutcomeUnknown(#[source] Source),
    /// The database file was replaced or deleted while it was open. Only a restart helps, because the open file is out
    /// of date.
    #[error(
        "the database {place} was replaced or deleted while it was open, so it is no longer read or written; put the right file in its place while no server runs, then restart"
    )]
    Replaced {
        /// The location of the database.
        place: String,
    },
    /// The store was copied to another one and refuses changes. It can be read.
    #[error("{0}")]
    Fenced(Fence),
    /// The write conflicts with the stored state.
    #[error("{0}")]
    Conflict(Conflict),
    /// A stored value is invalid.
    #[error("the store contains a value that this version cannot read: {0}")]
    Corrupt(#[source] Source),
}

impl StoreError {
    /// The same error for another call that shares the failed write. The sources of its source are only in the text.
    pub(crate) fn duplicate(&self) -> Self {
        match self {
            Self::Unavailable(source) => Self::Unavailable(source.to_string().into()),
            Self::OutcomeUnknown(source) => Self::OutcomeUnknown(source.to_string().into()),
            Self::Replaced { place } => Self::Replaced { place: place.clone() },
            Self::Fenced(fence) => Self::Fenced(fence.clone()),
            Self::Conflict(conflict) => Self::Conflict(*conflict),
            Self::Corrupt(source) => Self::Corrupt(source.to_string().into()),
        }
    }
}

/// Why a write conflicts with the stored state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum Conflict {
    /// The id or name is taken.
    #[error("the id or name is already taken")]
    Exists,
    /// The name of an account is the client id of another account, existing or deleted.
    #[error("the name of the account is the client id of another account, existing or deleted")]
    NameIsAnId,
    /// The client id of an account is the name of another account.
    #[error("the client id of the account is the name of another account")]
    IdIsAName,
    /// An account of a renamed tenant has an id that is too long together with the new name.
    #[error("the client id of an account is too long")]
    TooLong,
    /// The write refers to something that does not exist.
    #[error("a tenant, resource or scope that the change refers to no longer exists")]
    Missing,
    /// Something that would be removed is still referred to.
    #[error("a resource or scope that would be removed is still granted to an account")]
    InUse,
    /// Another writer changed it after it was read.
    #[error("another writer changed the same record at the same time")]
    Stale,
}

/// Why a store could not be opened. The store is unchanged. The text is one line that names the store, the reason and
/// what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The database URL is not supported.
    #[error(
        "the database url {url:?} is not valid: {reason}; use sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    BadUrl {
        /// The URL without the password.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The database cannot be reached or read.
    #[error("the database {place} cannot be opened: {source}")]
    Unavailable {
        /// The location of the database.
        place: String,
        /// The cause.
        source: Source,
    },
    /// A pooler between this process and the server mixes the connections of its clients.
    #[error(
        "a pooler in transaction mode is in front of the database {place}, and prepared statements and settings would \
         reach the connections of other clients; connect to PostgreSQL directly, or set the pooler to session mode"
    )]
    Pooler {
        /// The location of the database.
        place: String,
    },
    /// The database belongs to another program.
    #[error(
        "the database {place} is not a Jeton database and was not changed; set another one in [database] url"
    )]
    Foreign {
        /// The location of the database.
        place: String,
    },
    /// A newer version wrote the database.
    #[error(
        "the database {place} was written by a newer Jeton (schema {found}, this version supports {known}) and was not changed; use the newer version"
    )]
    Newer {
        /// The location of the database.
        place: String,
        /// The schema version of the database.
        found: i64,
        /// The highest schema version that this version supports.
        known: i64,
    },
    /// The database does not exist.
    #[error(
        "there is no database {place}; run `jeton migrate` to create it, or set another one in [database] url"
    )]
    Missing {
        /// The location of the database.
        place: String,
    },
    /// The database lacks migrations and none were requested.
    #[error("the database {place} needs a migration; run `jeton migrate`")]
    NotMigrated {
        /// The location of the database.
        place: String,
    },
    /// The database is damaged.
    #[error("the database {place} is damaged and was not changed: {source}; restore a backup")]
    Corrupt {
        /// The location of the database.
        place: String,
        /// The damage that was found.
        source: Source,
    },
}
