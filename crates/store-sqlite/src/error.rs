//! Which fault of the database is whose: sorts what sqlx says into the few things a store may say.

use std::io;

use jeton_core::store::{Conflict, OpenError, StoreError};
use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::migrate::MigrateError;

use crate::Location;
use crate::obstacle::obstacle;

type Source = Box<dyn std::error::Error + Send + Sync>;

/// What a read, or a write that adds or changes something, failed of.
pub(crate) fn failed(error: sqlx::Error) -> StoreError {
    sorted(error, Conflict::Missing)
}

/// What a removal failed of: a broken reference means that somebody still holds one.
pub(crate) fn removal_failed(error: sqlx::Error) -> StoreError {
    sorted(error, Conflict::InUse)
}

/// Something stored cannot be read as what it should be.
pub(crate) fn corrupt(source: impl Into<Source>) -> StoreError {
    StoreError::Corrupt(source.into())
}

/// Why a database could not be opened.
pub(crate) fn not_opened(location: &Location, error: sqlx::Error) -> OpenError {
    let place = location.to_string();
    match &error {
        sqlx::Error::Database(database) if is_damage(database.as_ref()) => {
            OpenError::Corrupt { place, source: error.into() }
        }
        // SQLite says only that it is "unable to open database file" or that it is "readonly".
        sqlx::Error::Database(database) if is_refused(database.as_ref()) => {
            let source = obstacle(location.path()).map_or_else(|| error.into(), Into::into);
            OpenError::Unavailable { place, source }
        }
        _ => OpenError::Unavailable { place, source: error.into() },
    }
}

/// Why a database cannot be used now.
pub(crate) fn unavailable(location: &Location, error: io::Error) -> OpenError {
    OpenError::Unavailable { place: location.to_string(), source: error.into() }
}

/// Why a database could not be looked at or made.
pub(crate) fn not_reached(location: &Location, error: io::Error) -> OpenError {
    let source = obstacle(location.path()).map_or_else(|| error.into(), Into::into);
    OpenError::Unavailable { place: location.to_string(), source }
}

/// Why a database could not be read by a copy.
pub(crate) fn unreadable(location: &Location, error: rusqlite::Error) -> OpenError {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    let place = location.to_string();
    match error.sqlite_error_code() {
        Some(DatabaseCorrupt | NotADatabase) => OpenError::Corrupt { place, source: error.into() },
        _ => OpenError::Unavailable { place, source: error.into() },
    }
}

/// Why a database could not be brought up to this version.
pub(crate) fn not_migrated(location: &Location, error: MigrateError) -> OpenError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            not_opened(location, error)
        }
        other => OpenError::Corrupt { place: location.to_string(), source: other.into() },
    }
}

fn sorted(error: sqlx::Error, broken_reference: Conflict) -> StoreError {
    match &error {
        sqlx::Error::Database(database) => match database.kind() {
            ErrorKind::UniqueViolation => StoreError::Conflict(Conflict::Exists),
            ErrorKind::ForeignKeyViolation => StoreError::Conflict(broken_reference),
            _ if is_damage(database.as_ref()) || is_mismatch(database.as_ref()) => corrupt(error),
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

/// The file system does not let the file, or one beside it, be opened or written.
fn is_refused(error: &dyn DatabaseError) -> bool {
    matches!(primary_code(error), Some(PERMISSION | READ_ONLY | CANNOT_OPEN))
}

/// The tables are not those that this version's statements were checked against.
fn is_mismatch(error: &dyn DatabaseError) -> bool {
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
    use jeton_core::model::{Tenant, Timestamp};
    use jeton_core::store::{Action, AuditEntry, Migrate, Subject, TenantStore as _};
    use sqlx::raw_sql;
    use tempfile::TempDir;

    use super::*;
    use crate::SqliteStore;

    #[tokio::test]
    async fn a_full_disk_is_an_outage_that_ends_by_itself() {
        let (_folder, store) = store().await;
        // It counts for every write from now on as a full disk would.
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
    async fn a_read_only_database_is_an_outage_that_ends_by_itself() {
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
            actor: "root".to_owned(),
            action: Action::Create,
            subject: Subject::Tenant(tenant.name.clone()),
            before: None,
            after: None,
        };
        store.add_tenant(&tenant, &audit).await
    }
}
