//! Differences between a row and its account that the administrator must know.

use std::fmt;

use jeton_admin::error::AdminError;
use jeton_admin::value::Timestamp;
use jeton_protocol::{ResourceUri, ScopeName};
use thiserror::Error;

/// A difference from Hydra. It does not prevent the import.
#[derive(Debug)]
pub enum Note {
    /// The id has a colon, which HTTP Basic cannot carry unencoded.
    ColonInId,
    /// A scope is skipped.
    SkippedScope(ScopeName),
    /// The account gets no grant on this audience of the row.
    NoScopeOn(ResourceUri),
    /// The resource is registered in another spelling than the row has.
    OtherSpelling {
        /// The spelling in the row.
        given: ResourceUri,
        /// The spelling in tokens.
        registered: ResourceUri,
    },
    /// The secret would expire later than a secret can.
    ExpiresEarlier(Timestamp),
    /// A name from the row cannot be the account's name.
    RefusedName(NameRefusal),
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ColonInId => f.write_str(
                "its id has a colon: a client that uses HTTP Basic must percent-encode the id, or send it in the body",
            ),
            Self::SkippedScope(name) => {
                write!(f, "the scope {name} is skipped: it has no meaning without a user")
            }
            Self::NoScopeOn(uri) => write!(f, "no scope is granted on {uri}, which has none of its scopes"),
            Self::OtherSpelling { given, registered } => {
                write!(f, "the resource {given} is registered as {registered}")
            }
            Self::ExpiresEarlier(end) => {
                write!(f, "its secret would expire in more than 100 years; it expires at {end} instead")
            }
            Self::RefusedName(reason) => {
                write!(f, "its client_name cannot be the account's name: {reason}")
            }
        }
    }
}

/// Why a name cannot be the name of a row's account.
#[derive(Debug, Error)]
pub enum NameRefusal {
    /// Another row has this id.
    #[error("it is the id of another row")]
    IdOfAnotherRow,
    /// The rules for names refuse it.
    #[error(transparent)]
    Refused(AdminError),
}
