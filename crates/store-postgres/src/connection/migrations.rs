//! Migrates a database to the schema of this version, or reports why that is not possible.

use jeton_core::store::{ConnectionTimeouts, LockWait, Locked, Migrate, OpenError};
use sqlx::migrate::{AppliedMigration, Migrate as _, MigrateError, Migration, Migrator};
use sqlx::{Connection as _, PgConnection};

use crate::Location;
use crate::connection::error::{
    DUPLICATE_OBJECT, DUPLICATE_TABLE, UNIQUE_VIOLATION, not_migrated, not_opened, sqlstate,
};
use crate::connection::known::Known;
use crate::connection::lock_wait::{explained, with_notice};
use crate::connection::pooler::ensure_own_processes;
use crate::connection::primary::{Connected, Reference, connect};
use crate::connection::session::{DEFAULT_NAME, Session};

/// Applies the pending migrations to the database of `url` and returns their names. The database must exist.
///
/// All migrations run in one transaction: a process that is killed leaves all or none, and any number of processes at the
/// same time apply each of them once.
///
/// # Errors
/// An [`OpenError`]. The database is not changed, except that it may have the table of the lock for migrations.
pub async fn migrate(url: &str, lock_wait: Option<LockWait>) -> Result<Vec<String>, OpenError> {
    let location = Location::from_url(url)?;
    match inspect(&location).await? {
        State::Migrated => Ok(Vec::new()),
        State::Empty | State::Outdated => apply_pending(&location, lock_wait).await,
    }
}

/// Brings the database to the schema of this version, as far as `permitted` allows.
pub(crate) async fn ensure_migrated(
    location: &Location,
    wait: Option<LockWait>,
    permitted: Migrate,
) -> Result<(), OpenError> {
    match (inspect(location).await?, permitted) {
        (State::Migrated, _) => Ok(()),
        (State::Empty, Migrate::Pending | Migrate::New) | (State::Outdated, Migrate::Pending) => {
            apply_pending(location, wait).await.map(drop)
        }
        (State::Empty, Migrate::Never) => Err(OpenError::Missing { place: location.to_string() }),
        (State::Outdated, Migrate::New | Migrate::Never) => {
            Err(OpenError::NotMigrated { place: location.to_string() })
        }
    }
}

async fn apply_pending(location: &Location, wait: Option<LockWait>) -> Result<Vec<String>, OpenError> {
    let mut connection = connected(location, &Session::migrate(wait)).await?.connection;
    let applied = with_notice(wait, apply(&mut connection)).await.map_err(|error| match error {
        MigrateError::Execute(error) => not_opened(location, explained(wait, error, Locked::First)),
        other => not_migrated(location, other),
    })?;
    connection.close().await.map_err(|error| not_opened(location, error))?;
    Ok(applied)
}

/// What a database lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// It has no tables of Jeton and of no other program.
    Empty,
    /// It lacks migrations.
    Outdated,
    /// It has the schema of this version.
    Migrated,
}

/// Inspects the database without changing it. Refuses a pooler that is not safe.
pub(crate) async fn inspect(location: &Location) -> Result<State, OpenError> {
    let session = Session::read(DEFAULT_NAME, ConnectionTimeouts::default(), true);
    let (mut first, mut second) =
        (connected(location, &session).await?, connected(location, &session).await?);
    ensure_own_processes(location, &mut first, &mut second).await?;
    let mut connection = first.connection;
    let tables = Tables::find(&mut connection).await.map_err(|error| not_opened(location, error))?;
    if tables.others && !tables.lock {
        return Err(OpenError::Foreign { place: location.to_string() });
    }
    if !tables.migrations {
        return Ok(State::Empty);
    }
    let applied = applied_versions(&mut connection).await.map_err(|error| not_migrated(location, error))?;
    connection.close().await.map_err(|error| not_opened(location, error))?;
    let known = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or(0);
    match applied.last() {
        Some(&found) if found > known => Err(OpenError::Newer { place: location.to_string(), found, known }),
        _ if missing_from(&applied).is_empty() => Ok(State::Migrated),
        _ => Ok(State::Outdated),
    }
}

/// Which tables exist.
struct Tables {
    lock: bool,
    migrations: bool,
    others: bool,
}

impl Tables {
    async fn find(connection: &mut PgConnection) -> Result<Self, sqlx::Error> {
        // The tables of extensions belong to no program.
        sqlx::query_as!(
            Self,
            r#"SELECT to_regclass('jeton_migration_lock') IS NOT NULL AS "lock!",
                      to_regclass('_sqlx_migrations') IS NOT NULL AS "migrations!",
                      EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                              WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
                                AND NOT EXISTS (SELECT 1 FROM pg_depend d
                                                WHERE d.objid = c.oid AND d.deptype = 'e')) AS "others!""#,
        )
        .fetch_one(connection)
        .await
    }
}

async fn connected(location: &Location, session: &Session) -> Result<Connected, OpenError> {
    let reference = Reference { known: &Known::default(), region: None };
    Box::pin(connect(location, session, reference)).await.map_err(|error| not_opened(location, error))
}

async fn apply(connection: &mut PgConnection) -> Result<Vec<String>, MigrateError> {
    create_lock(connection).await?;
    let mut transaction = connection.begin().await?;
    // A second process waits here and then finds no pending migrations. sqlx's own lock is one of the session: a pooler
    // that gives each transaction another session would never release it.
    sqlx::query("SELECT only_row FROM jeton_migration_lock FOR UPDATE").execute(&mut *transaction).await?;
    transaction.ensure_migrations_table(MIGRATIONS_TABLE).await?;
    let missing = missing_from(&applied_versions(&mut transaction).await?);
    for migration in &missing {
        transaction.apply(MIGRATIONS_TABLE, migration).await?;
    }
    transaction.commit().await?;
    Ok(missing.into_iter().map(file_stem).collect())
}

/// Creates the row that a migration locks. It exists before the transaction, so that all processes lock the same row.
async fn create_lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let created = sqlx::query(
        "CREATE TABLE IF NOT EXISTS jeton_migration_lock (only_row boolean NOT NULL PRIMARY KEY CHECK (only_row))",
    )
    .execute(&mut *connection)
    .await;
    match created {
        // Another process created it at the same time: `IF NOT EXISTS` looks only at what was committed before.
        Err(error)
            if matches!(
                sqlstate(&error).as_deref(),
                Some(UNIQUE_VIOLATION | DUPLICATE_OBJECT | DUPLICATE_TABLE)
            ) => {}
        other => {
            other?;
        }
    }
    sqlx::query("INSERT INTO jeton_migration_lock (only_row) VALUES (true) ON CONFLICT DO NOTHING")
        .execute(connection)
        .await?;
    Ok(())
}

/// The versions of the applied migrations, in order.
///
/// Fails if the text of an applied migration differs from the one in this program.
async fn applied_versions(connection: &mut PgConnection) -> Result<Vec<i64>, MigrateError> {
    let applied = connection.list_applied_migrations(MIGRATIONS_TABLE).await?;
    for migration in MIGRATOR.iter() {
        let differs = |other: &&AppliedMigration| {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    /// From the first migration of PostgreSQL on, both adapters have the same numbers and names.
    #[test]
    fn migrations_have_the_numbers_and_names_of_sqlites() {
        let postgres = names("postgres");
        let first = postgres.first().unwrap();
        let sqlite: BTreeSet<_> = names("sqlite").into_iter().filter(|name| name >= first).collect();
        assert_eq!(postgres, sqlite);
    }

    fn names(database: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        files.map(|name| name.into_string().unwrap()).collect()
    }
}
