//! Maps the errors of sqlx, `SQLite` and the file system to the few errors that a store may return.

use std::io;

use jeton_core::store::{Conflict, OpenError, StoreError};
use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::migrate::MigrateError;

use crate::Location;
use crate::connection::obstacle::access_problem;

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
    match &error {
        sqlx::Error::Database(database) if is_damage(database.as_ref()) => {
            OpenError::Corrupt { place, source: error.into() }
        }
        // SQLite only reports "unable to open database file" or "readonly", without the cause.
        sqlx::Error::Database(database) if is_access_error(database.as_ref()) => {
            let source = access_problem(location.path()).map_or_else(|| error.into(), Into::into);
            OpenError::Unavailable { place, source }
        }
        _ => OpenError::Unavailable { place, source: error.into() },
    }
}

/// The error of a database that cannot be used now.
pub(crate) fn unavailable(location: &Location, error: io::Error) -> OpenError {
    OpenError::Unavailable { place: location.to_string(), source: error.into() }
}

/// The error of a database file that cannot be read or created.
pub(crate) fn not_reached(location: &Location, error: io::Error) -> OpenError {
    let source = access_problem(location.path()).map_or_else(|| error.into(), Into::into);
    OpenError::Unavailable { place: location.to_string(), source }
}

/// The error of a database that cannot be read for a copy.
pub(crate) fn unreadable(location: &Location, error: rusqlite::Error) -> OpenError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let place = location.to_string();
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => OpenError::Corrupt { place, source: error.into() },
        _ => OpenError::Unavailable { place, source: error.into() },
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

fn classify(error: sqlx::Error, broken_reference: Conflict) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => match database.kind() {
            ErrorKind::UniqueViolation => StoreError::Conflict(Conflict::Exists),
            ErrorKind::ForeignKeyViolation => StoreError::Conflict(broken_reference),
            _ if is_damage(database.as_ref()) || is_schema_mismatch(database.as_ref()) => corrupt(error),
            _ => StoreError::Unavailable(error.into()),
        },
        sqlx::Error::ColumnDecode { .. }
        | sqlx::Error::Decode(_)
        | sqlx::Error::TypeNotFound { .. }
        | sqlx::Error::ColumnNotFound(_)
        | sqlx::Error::ColumnIndexOutOfBounds { .. } => corrupt(error),
        _ => StoreError::Unavailable(error.into()),
    }
}

fn is_damage(error: &dyn DatabaseError) -> bool {
    matches!(primary_code(error), Some(CORRUPT | NOT_A_DATABASE))
}

/// The file system does not permit opening or writing the file or one beside it.
fn is_access_error(error: &dyn DatabaseError) -> bool {
    matches!(primary_code(error), Some(PERMISSION | READ_ONLY | CANNOT_OPEN))
}

/// The schema differs from the one that this version's statements were checked against.
fn is_schema_mismatch(error: &dyn DatabaseError) -> bool {
    matches!(primary_code(error), Some(ERROR | CONSTRAINT | MISMATCH))
}

/// The low byte of the extended result code (<https://sqlite.org/rescode.html>).
fn primary_code(error: &dyn DatabaseError) -> Option<i32> {
    error.code()?.parse::<i32>().ok().map(|code| code & 0xff)
}

const ERROR: i32 = 1;
const PERMISSION: i32 = 3;
const READ_ONLY: i32 = 8;
const CORRUPT: i32 = 11;
const CANNOT_OPEN: i32 = 14;
const CONSTRAINT: i32 = 19;
const MISMATCH: i32 = 20;
const NOT_A_DATABASE: i32 = 26;

#[cfg(test)]
mod tests {
    use jeton_core::model::{Actor, Tenant, Timestamp};
    use jeton_core::store::{Action, AuditEntry, Migrate, Subject, TenantStore as _};
    use sqlx::raw_sql;
    use tempfile::TempDir;

    use super::*;
    use crate::SqliteStore;

    #[tokio::test]
    async fn a_full_disk_is_a_temporary_error() {
        let (_folder, store) = store().await;
        // From now on, every write fails as on a full disk.
        raw_sql("PRAGMA max_page_count = 1").execute(&store.connections.writes).await.unwrap();
        let mut added = 0;
        let error = loop {
            match add(&store, &"x".repeat(90).replacen("xxx", &format!("{added:03}"), 1)).await {
                Ok(()) => added += 1,
                Err(error) => break error,
            }
            assert!(added < 900);
        };
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert_eq!(store.list_tenants().await.unwrap().len(), added + 1);
        raw_sql("PRAGMA max_page_count = 1000000").execute(&store.connections.writes).await.unwrap();
        add(&store, "again").await.unwrap();
    }

    #[tokio::test]
    async fn a_read_only_database_is_a_temporary_error() {
        let (_folder, store) = store().await;
        raw_sql("PRAGMA query_only = on").execute(&store.connections.writes).await.unwrap();
        let error = add(&store, "buyer").await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert_eq!(store.list_tenants().await.unwrap().len(), 1);
        raw_sql("PRAGMA query_only = off").execute(&store.connections.writes).await.unwrap();
        add(&store, "buyer").await.unwrap();
    }

    async fn store() -> (TempDir, SqliteStore) {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}/jeton.db", folder.path().display());
        let store = SqliteStore::open(&url, &"us".parse().unwrap(), Migrate::Pending).await.unwrap();
        (folder, store)
    }

    async fn add(store: &SqliteStore, name: &str) -> Result<(), StoreError> {
        let tenant = Tenant {
            name: name.parse().unwrap(),
            enabled: true,
            accounts_allowed: true,
            epoch: 0,
            created_at: Timestamp::from_unix(0),
            version: 1,
        };
        let audit = AuditEntry {
            at: Timestamp::from_unix(0),
            actor: Actor::Cli("root".to_owned()),
            action: Action::Create,
            tenant: None,
            subject: Subject::Tenant(tenant.name.clone()),
            before: None,
            after: None,
        };
        store.add_tenant(&tenant, &audit).await
    }
}
