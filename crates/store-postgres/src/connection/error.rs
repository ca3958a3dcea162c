//! Maps the errors of sqlx and of the server to the few errors that a store may return.

use std::io;

use jeton_core::store::{Conflict, OpenError, StoreError};
use sqlx::migrate::MigrateError;
use sqlx::postgres::{PgDatabaseError, PgSeverity};

use crate::Location;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// The error of a read, or of a write that adds or changes a row.
pub(crate) fn failed(error: sqlx::Error) -> StoreError {
    classify(error, Conflict::Missing)
}

/// The error of a removal. A foreign key violation means that the row is still referenced.
pub(crate) fn removal_failed(error: sqlx::Error) -> StoreError {
    classify(error, Conflict::InUse)
}

/// The error of a stored value that cannot be parsed.
pub(crate) fn corrupt(source: impl Into<Source>) -> StoreError {
    StoreError::Corrupt(source.into())
}

/// The error of opening a database.
pub(crate) fn not_opened(location: &Location, error: sqlx::Error) -> OpenError {
    let place = location.to_string();
    if sqlstate(&error).is_some_and(|state| is_damage(&state)) {
        OpenError::Corrupt { place, source: error.into() }
    } else {
        OpenError::Unavailable { place, source: error.into() }
    }
}

/// The error of a migration.
pub(crate) fn not_migrated(location: &Location, error: MigrateError) -> OpenError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            not_opened(location, error)
        }
        other => OpenError::Corrupt { place: location.to_string(), source: other.into() },
    }
}

/// The code of an error that the server reported (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
pub(crate) fn sqlstate(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

/// Whether the connection cannot be used any longer. The server closes it after an error that is fatal, also if the error
/// is the same that a statement alone may have, such as a full disk.
pub(crate) fn is_connection_lost(error: &sqlx::Error) -> bool {
    match severity(error) {
        Some(severity) => matches!(severity, PgSeverity::Fatal | PgSeverity::Panic),
        None => matches!(error, sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::Tls(_)),
    }
}

fn severity(error: &sqlx::Error) -> Option<PgSeverity> {
    Some(error.as_database_error()?.try_downcast_ref::<PgDatabaseError>()?.severity())
}

/// The error of a write that the server may have stored nevertheless, because of `reason`.
pub(crate) fn unconfirmed(reason: String) -> sqlx::Error {
    sqlx::Error::Io(io::Error::other(Unconfirmed(reason)))
}

/// The write may be stored.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unconfirmed(String);

fn is_unconfirmed(error: &sqlx::Error) -> bool {
    let sqlx::Error::Io(source) = error else { return false };
    source.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<Unconfirmed>)
}

fn classify(error: sqlx::Error, broken_reference: Conflict) -> StoreError {
    if is_unconfirmed(&error) {
        return StoreError::OutcomeUnknown(error.into());
    }
    if let Some(state) = sqlstate(&error) {
        return match state.as_str() {
            UNIQUE_VIOLATION => StoreError::Conflict(Conflict::Exists),
            FOREIGN_KEY_VIOLATION => StoreError::Conflict(broken_reference),
            other if is_damage(other) || is_schema_mismatch(other) => corrupt(error),
            _ => StoreError::Unavailable(error.into()),
        };
    }
    match &error {
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. } => corrupt(error),
        _ => StoreError::Unavailable(error.into()),
    }
}

/// The files of the database are damaged.
fn is_damage(state: &str) -> bool {
    matches!(state, DATA_CORRUPTED | INDEX_CORRUPTED)
}

/// The schema differs from the one that this version's statements were checked against. A missing right is not such a
/// difference: an operator can grant it.
fn is_schema_mismatch(state: &str) -> bool {
    (state.starts_with(SYNTAX_OR_ACCESS_RULE) && state != INSUFFICIENT_PRIVILEGE)
        || matches!(state, NOT_NULL_VIOLATION | CHECK_VIOLATION)
}

const NOT_NULL_VIOLATION: &str = "23502";
const FOREIGN_KEY_VIOLATION: &str = "23503";
pub(crate) const UNIQUE_VIOLATION: &str = "23505";
const CHECK_VIOLATION: &str = "23514";
pub(crate) const SERIALIZATION_FAILURE: &str = "40001";
pub(crate) const DEADLOCK: &str = "40P01";
const SYNTAX_OR_ACCESS_RULE: &str = "42";
const INSUFFICIENT_PRIVILEGE: &str = "42501";
pub(crate) const DUPLICATE_OBJECT: &str = "42710";
pub(crate) const DUPLICATE_TABLE: &str = "42P07";
pub(crate) const LOCK_NOT_AVAILABLE: &str = "55P03";
const DATA_CORRUPTED: &str = "XX001";
const INDEX_CORRUPTED: &str = "XX002";

#[cfg(test)]
mod tests {
    use jeton_postgres_cluster::{Cluster, Durability};
    use sqlx::{Connection as _, PgConnection, raw_sql};

    use super::*;

    #[tokio::test]
    async fn the_server_closes_a_connection_after_a_fatal_error_only() {
        let cluster = Cluster::start(Durability::Fast).unwrap();
        let too_late = "SET idle_in_transaction_session_timeout = '1ms'; BEGIN";
        for (before, statement, is_lost) in [
            ("", "SELECT pg_terminate_backend(pg_backend_pid())", true),
            (too_late, "COMMIT", true),
            ("", "SELECT 1 / 0", false),
            ("BEGIN", "COMMIT AND", false),
        ] {
            let mut connection = PgConnection::connect(&cluster.url("postgres")).await.unwrap();
            raw_sql(before).execute(&mut connection).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            let error = raw_sql(statement).execute(&mut connection).await.unwrap_err();
            assert_eq!(is_connection_lost(&error), is_lost, "{error}");
            assert_eq!(connection.ping().await.is_err(), is_lost, "{error}");
        }
    }
}
