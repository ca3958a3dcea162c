//! Plans what happens to each row before anything is written.

mod account_names;
mod note;
mod planner;
mod resources;
mod scopes;

use jeton_admin::request::AccountToImport;
use jeton_admin::value::{TenantName, Timestamp};
use jeton_protocol::ResourceUri;

use crate::bad_row::BadRow;
use crate::row::SkipReason;

pub use note::{NameRefusal, Note};
pub use planner::Planner;

/// Settings for all rows.
#[derive(Debug)]
pub struct Defaults {
    /// The owner of the accounts.
    pub tenant: TenantName,
    /// The resource of a row without an audience.
    pub resource: Option<ResourceUri>,
    /// Whether missing resources and scopes are to be created. Otherwise rows that need them are bad.
    pub create_resources: bool,
    /// The current time: a secret that has expired by then cannot be imported.
    pub now: Timestamp,
}

/// What happens to a row.
#[derive(Debug)]
pub enum Outcome {
    /// It can be imported.
    Good(Box<AccountToImport>),
    /// It was imported before.
    AlreadyImported,
    /// It needs no import.
    Skipped(SkipReason),
    /// It cannot be imported.
    Bad(BadRow),
}

/// A row and its outcome.
#[derive(Debug)]
pub struct RowPlan {
    /// The line of the row, as the caller counts.
    pub line: usize,
    /// The id in the row, valid or not. `None` if the line is not a row.
    pub client_id: Option<String>,
    /// What happens to the row.
    pub outcome: Outcome,
    /// Differences from Hydra that the administrator must know.
    pub notes: Vec<Note>,
}
