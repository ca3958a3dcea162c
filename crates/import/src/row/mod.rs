//! The rows of Hydra's table, parsed: each is a client to import, or the reason why it is none.

mod cell;
mod columns;
mod split;

use std::time::Duration;

use jeton_admin::request::SecretToImport;
use jeton_admin::value::{AccountName, Timestamp};
use jeton_protocol::{ClientId, ResourceUri, Scope};
use thiserror::Error;

use crate::bad_row::BadRow;

/// The rows of an export, each with the line in which it begins. With `clear`, each is read as if it had the member
/// `"clear": true`, which says that a `client_secret` that is not a hash is the secret itself.
#[must_use]
pub fn read(text: &str, clear: bool) -> Vec<(usize, Row)> {
    let row = |text| match text {
        Ok(text) => columns::read(text, clear),
        Err(bad) => Row { client_id: None, client: Err(NotImportable::Bad(bad)) },
    };
    split::split(text).map(|raw| (raw.line, row(raw.text))).collect()
}

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
