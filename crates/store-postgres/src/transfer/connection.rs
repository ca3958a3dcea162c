//! A connection of its own for each part of a copy. No request waits for it, so its statements may take long.

use std::io::ErrorKind;
use std::time::Duration;

use jeton_core::store::{BackupError, ConnectionTimeouts, OpenError};
use sqlx::{AssertSqlSafe, PgConnection, raw_sql};
use tokio::time::timeout;

use crate::Location;
use crate::connection::error::not_opened;
use crate::connection::known::Known;
use crate::connection::primary::{self, Reference};
use crate::connection::session::Session;

/// Connects to the primary. Waits for locks as long as a command does.
pub(super) async fn connect(location: &Location) -> Result<PgConnection, OpenError> {
    let (session, known) = (Session::write(NAME, ConnectionTimeouts::default(), None), Known::default());
    let reference = Reference { known: &known, region: None };
    let connected = Box::pin(primary::connect(location, &session, reference)).await;
    let mut connection = connected.map_err(|error| not_opened(location, error))?.connection;
    let set = timeout(SETTINGS_LIMIT, run(&mut connection, SETTINGS)).await;
    set.unwrap_or_else(|_| Err(sqlx::Error::Io(ErrorKind::TimedOut.into())))
        .map_err(|error| not_opened(location, error))?;
    Ok(connection)
}

/// Runs statements without parameters.
pub(super) async fn run(connection: &mut PgConnection, sql: impl Into<String>) -> Result<(), sqlx::Error> {
    raw_sql(AssertSqlSafe(sql.into())).execute(connection).await.map(drop)
}

/// The error of a statement of a copy.
pub(super) fn failed(location: &Location, error: sqlx::Error) -> BackupError {
    not_opened(location, error).into()
}

const SETTINGS_LIMIT: Duration = Duration::from_secs(10);
const NAME: &str = "jeton store copy";
/// A copy may compute between two statements of a transaction. A notice would be logged.
const SETTINGS: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; \
    SET lock_timeout = '10s'; SET client_min_messages = warning";
