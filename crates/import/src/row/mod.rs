//! A row of Hydra's table, parsed: a client to import, or the reason why it is none.

mod columns;

use std::time::Duration;

use jeton_admin::request::SecretToImport;
use jeton_admin::value::{AccountName, Timestamp};
use jeton_protocol::{ClientId, ResourceUri, Scope};
use thiserror::Error;

use crate::bad_row::BadRow;

pub use columns::read;

/// A client that uses the client credentials grant, as a service account does.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) id: ClientId,
    pub(crate) name: Option<AccountName>,
    /// It was checked: it can be imported.
    pub(crate) secret: SecretToImport,
    pub(crate) scope: Scope,
    pub(crate) audience: Vec<ResourceUri>,
    pub(crate) token_ttl: Option<Duration>,
    pub(crate) secret_expires_at: Option<Timestamp>,
}

/// A parsed row.
#[derive(Debug)]
pub struct Row {
    pub(crate) client_id: Option<String>,
    pub(crate) client: Result<Client, NotImportable>,
}

/// Why a row is not imported.
#[derive(Debug)]
pub(crate) enum NotImportable {
    /// It needs no account.
    Skipped(SkipReason),
    /// It needs one, but cannot be imported as it is.
    Bad(BadRow),
}

impl From<BadRow> for NotImportable {
    fn from(bad: BadRow) -> Self {
        Self::Bad(bad)
    }
}

/// Why a row needs no import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SkipReason {
    /// It uses only other grants.
    #[error("it does not use the client credentials grant")]
    OtherGrants,
}
