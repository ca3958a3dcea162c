//! Bringing a database up to this version, or saying why not.

use std::path::Path;

use jeton_core::store::{LockWait, Locked, OpenError};
use sqlx::migrate::{Migrate as _, MigrateError, Migration, Migrator};
use sqlx::{ConnectOptions as _, Connection as _, SqliteConnection};

use crate::error::{not_migrated, not_opened, not_reached};
use crate::identity::{Found, OpenFile, OpenFiles};
use crate::lock_file::StoreLock;
use crate::lock_wait::{explained, with_notice};
use crate::{Location, connect, files};

/// Makes the database of `url` if there is none, applies the migrations that it lacks and returns their names.
///
/// All of them are one transaction: a killed start leaves none or all, two starts at once apply each once.
///
/// # Errors
/// An [`OpenError`]; the file is as it was before, except that a new one may have been made.
pub async fn migrate(url: &str, lock_wait: Option<LockWait>) -> Result<Vec<String>, OpenError> {
    let (_, applied) = bring_up_to_date(&Location::from_url(url)?, lock_wait).await?;
    Ok(applied)
}

/// What [`migrate`] does; the file stays known as open while the first value lives.
pub(crate) async fn bring_up_to_date(
    location: &Location,
    wait: Option<LockWait>,
) -> Result<(Entered, Vec<String>), OpenError> {
    if find(location)?.is_none() {
        files::create(location.path()).map_err(|error| not_reached(location, error))?;
    }
    let entered = Entered::enter(location)?;
    let applied = apply_pending(location, wait).await?;
    Ok((entered, applied))
}

/// The same for a database that nothing else knows of.
pub(crate) async fn migrate_in_place(location: &Location) -> Result<Vec<String>, OpenError> {
    let _file = find(location)?;
    apply_pending(location, None).await
}

async fn apply_pending(location: &Location, wait: Option<LockWait>) -> Result<Vec<String>, OpenError> {
    if pending(location).await?.is_empty() {
        return Ok(Vec::new());
    }
    let mut connection =
        connect::migration(location, wait).connect().await.map_err(|error| not_opened(location, error))?;
    let applied = with_notice(wait, apply(&mut connection)).await.map_err(|error| match error {
        MigrateError::Execute(error) => not_opened(location, explained(wait, error, Locked::First)),
        other => not_migrated(location, other),
    })?;
    connection.close().await.map_err(|error| not_opened(location, error))?;
    Ok(applied)
}

/// The database, if it is there and has every migration; never changes it.
pub(crate) async fn require_up_to_date(location: &Location) -> Result<Entered, OpenError> {
    let entered = Entered::enter(location)?;
    if pending(location).await?.is_empty() {
        Ok(entered)
    } else {
        Err(OpenError::NotMigrated { place: location.to_string() })
    }
}

/// A database of ours that may be opened while the value lives, and that no restore replaces meanwhile.
#[derive(Debug)]
pub(crate) struct Entered {
    file: OpenFile,
    _lock: Option<StoreLock>,
}

impl Entered {
    fn enter(location: &Location) -> Result<Self, OpenError> {
        let missing = || OpenError::Missing { place: location.to_string() };
        find(location)?.ok_or_else(missing)?;
        let lock = StoreLock::shared(location)?;
        // After the lock: a restore may just have replaced it.
        let file = find(location)?.ok_or_else(missing)?;
        Ok(Self { file, _lock: lock })
    }

    /// Whether another file is at `path` now, or none.
    pub(crate) fn is_elsewhere(&self, path: &Path) -> bool {
        self.file.is_elsewhere(path)
    }

    /// For a look that changes nothing and is over soon.
    pub(crate) fn unlocked(file: OpenFile) -> Self {
        Self { file, _lock: None }
    }
}

/// Whether nothing is there yet.
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

/// The migrations that a database of ours lacks.
pub(crate) async fn pending(location: &Location) -> Result<Vec<&'static Migration>, OpenError> {
    let mut connection =
        connect::inspection(location).connect().await.map_err(|error| not_opened(location, error))?;
    let applied = applied(&mut connection).await.map_err(|error| not_migrated(location, error))?;
    connection.close().await.map_err(|error| not_opened(location, error))?;
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0);
    match applied.last() {
        Some(&found) if found > known => Err(OpenError::Newer { place: location.to_string(), found, known }),
        _ => Ok(lacking(&applied)),
    }
}

async fn apply(connection: &mut SqliteConnection) -> Result<Vec<String>, MigrateError> {
    // IMMEDIATE: another process waits here, and then finds nothing to do.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    transaction.ensure_migrations_table(MIGRATIONS_TABLE).await?;
    let lacking = lacking(&applied(&mut transaction).await?);
    for migration in &lacking {
        transaction.apply(MIGRATIONS_TABLE, migration).await?;
    }
    transaction.commit().await?;
    Ok(lacking.into_iter().map(name_of).collect())
}

/// The versions that were applied, in order.
///
/// Fails when one of them was applied with another text than ours.
async fn applied(connection: &mut SqliteConnection) -> Result<Vec<i64>, MigrateError> {
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

fn lacking(applied: &[i64]) -> Vec<&'static Migration> {
    MIGRATOR.iter().filter(|migration| !applied.contains(&migration.version)).collect()
}

/// The name of the migration's file, without the ending.
fn name_of(migration: &Migration) -> String {
    format!("{:04}_{}", migration.version, migration.description.replace(' ', "_"))
}

static MIGRATOR: Migrator = sqlx::migrate!();
const MIGRATIONS_TABLE: &str = "_sqlx_migrations";
