//! Migrates a database to the schema of this version, or reports why that is not possible.

use std::path::Path;

use jeton_core::store::{LockWait, Locked, OpenError};
use sqlx::migrate::{Migrate as _, MigrateError, Migration, Migrator};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::Location;
use crate::connection::earlier_versions::wait_until_unused;
use crate::connection::error::{not_migrated, not_opened, not_reached};
use crate::connection::identity::{Found, OpenFile, OpenFiles};
use crate::connection::lock_file::StoreLock;
use crate::connection::lock_wait::{explained, with_notice};
use crate::connection::{connect, files};

/// Creates the database of `url` if it does not exist, applies the pending migrations and returns their names.
///
/// All migrations run in one transaction: a process that is killed leaves all or none, and two processes at the same
/// time apply each of them once.
///
/// # Errors
/// An [`OpenError`]. The file is not changed, but a new one may have been created.
pub async fn migrate(url: &str, lock_wait: Option<LockWait>) -> Result<Vec<String>, OpenError> {
    let (_, applied) = create_or_migrate(&Location::from_url(url)?, lock_wait).await?;
    Ok(applied)
}

/// Does the work of [`migrate`]. The file counts as open until the returned guard is dropped.
pub(crate) async fn create_or_migrate(
    location: &Location,
    wait: Option<LockWait>,
) -> Result<(DatabaseGuard, Vec<String>), OpenError> {
    if find(location)?.is_none() {
        files::create(location.path()).map_err(|error| not_reached(location, error))?;
    }
    let mut applied = Vec::new();
    if let Some(_alone) = wait_until_unused(location).await? {
        applied = apply_pending(location, wait).await?;
    }
    let guard = DatabaseGuard::acquire(location)?;
    applied.extend(apply_pending(location, wait).await?);
    Ok((guard, applied))
}

/// Applies the pending migrations to a database that no other process uses.
pub(crate) async fn migrate_in_place(location: &Location) -> Result<Vec<String>, OpenError> {
    let _file = find(location)?;
    apply_pending(location, None).await
}

async fn apply_pending(location: &Location, wait: Option<LockWait>) -> Result<Vec<String>, OpenError> {
    if pending(location).await?.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection = connect::migration_options(location, wait)
        .connect()
        .await
        .map_err(|error| not_opened(location, error))?;
    let applied = with_notice(wait, apply(&mut connection)).await.map_err(|error| match error {
        MigrateError::Execute(error) => not_opened(location, explained(wait, error, Locked::First)),
        other => not_migrated(location, other),
    })?;
    connection.close().await.map_err(|error| not_opened(location, error))?;
    Ok(applied)
}

/// The database, if it exists and has every migration. Never changes it.
pub(crate) async fn require_migrated(location: &Location) -> Result<DatabaseGuard, OpenError> {
    let guard = DatabaseGuard::acquire(location)?;
    if pending(location).await?.is_empty() {
        Ok(guard)
    } else {
        Err(OpenError::NotMigrated { place: location.to_string() })
    }
}

/// While this value exists, the Jeton database may be opened, and no restore replaces it.
#[derive(Debug)]
pub(crate) struct DatabaseGuard {
    file: OpenFile,
    _lock: Option<StoreLock>,
}

impl DatabaseGuard {
    fn acquire(location: &Location) -> Result<Self, OpenError> {
        let missing = || OpenError::Missing { place: location.to_string() };
        find(location)?.ok_or_else(missing)?;
        let lock = StoreLock::shared(location)?;
        // Look again under the lock: a restore may just have replaced the file.
        let file = find(location)?.ok_or_else(missing)?;
        Ok(Self { file, _lock: lock })
    }

    /// Whether another file is at `path` now, or no file.
    pub(crate) fn is_replaced_at(&self, path: &Path) -> bool {
        self.file.is_replaced_at(path)
    }

    /// For a short inspection that changes nothing. Does not keep a restore from replacing the database.
    pub(crate) fn unlocked(file: OpenFile) -> Self {
        Self { file, _lock: None }
    }
}

pub(crate) fn is_missing(location: &Location) -> Result<bool, OpenError> {
    Ok(find(location)?.is_none())
}

pub(crate) fn find(location: &Location) -> Result<Option<OpenFile>, OpenError> {
    match OpenFiles::lock().identify(location.path()) {
        Ok(Found::Nothing) => Ok(None),
        Ok(Found::Ours(file)) => Ok(Some(file)),
        Ok(Found::Foreign) => Err(OpenError::Foreign { place: location.to_string() }),
        Err(error) => Err(not_reached(location, error)),
    }
}

/// The migrations that a Jeton database does not have yet.
pub(crate) async fn pending(location: &Location) -> Result<Vec<&'static Migration>, OpenError> {
    let mut connection =
        connect::inspection_options(location).connect().await.map_err(|error| not_opened(location, error))?;
    let applied = applied_versions(&mut connection).await.map_err(|error| not_migrated(location, error))?;
    connection.close().await.map_err(|error| not_opened(location, error))?;
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0);
    match applied.last() {
        Some(&found) if found > known => Err(OpenError::Newer { place: location.to_string(), found, known }),
        _ => Ok(missing_from(&applied)),
    }
}

async fn apply(connection: &mut SqliteConnection) -> Result<Vec<String>, MigrateError> {
    // IMMEDIATE: a second process waits here and then finds no pending migrations.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    transaction.ensure_migrations_table(MIGRATIONS_TABLE).await?;
    let missing = missing_from(&applied_versions(&mut transaction).await?);
    for migration in &missing {
        transaction.apply(MIGRATIONS_TABLE, migration).await?;
    }
    transaction.commit().await?;
    Ok(missing.into_iter().map(file_stem).collect())
}

/// The versions of the applied migrations, in order.
///
/// Fails if the text of an applied migration differs from the one in this program.
async fn applied_versions(connection: &mut SqliteConnection) -> Result<Vec<i64>, MigrateError> {
    let tables = sqlx::query_scalar!("SELECT count(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'")
        .fetch_one(&mut *connection)
        .await?;
    if tables == 0 {
        return Ok(Vec::new());
    }
    let applied = connection.list_applied_migrations(MIGRATIONS_TABLE).await?;
    for migration in MIGRATOR.iter() {
        let differs = |other: &&sqlx::migrate::AppliedMigration| {
            other.version == migration.version && other.checksum != migration.checksum
        };
        if let Some(other) = applied.iter().find(differs) {
            return Err(MigrateError::VersionMismatch(other.version));
        }
    }
    Ok(applied.into_iter().map(|migration| migration.version).collect())
}

fn missing_from(applied: &[i64]) -> Vec<&'static Migration> {
    MIGRATOR.iter().filter(|migration| !applied.contains(&migration.version)).collect()
}

/// The name of the migration's file, without the extension.
fn file_stem(migration: &Migration) -> String {
    format!("{:04}_{}", migration.version, migration.description.replace(' ', "_"))
}

static MIGRATOR: Migrator = sqlx::migrate!();
const MIGRATIONS_TABLE: &str = "_sqlx_migrations";
