//! Writes the rows of a new store in one transaction.

use std::time::Duration;

use async_trait::async_trait;
use jeton_core::model::Timestamp;
use jeton_core::store::transfer::{Row, RowWriter, Table, Value};
use jeton_core::store::{BackupError, Migrate, NodeReport, RestoreOptions};
use jeton_protocol::RegionName;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::time::timeout;

use super::connection::{connect, failed, run};
use super::constraints::Removed;
use super::restored_epochs::{self, RegionEpoch};
use super::statements;
use super::values::{row_of, with_arrays, with_values};
use crate::Location;
use crate::connection::error::{LOCK_NOT_AVAILABLE, is_connection_lost, sqlstate};
use crate::connection::migrations::ensure_migrated;
use crate::connection::warnings::{Watched, watched};
use crate::times::timestamp;

/// A database that is being written. Its tables are locked; the server undoes everything if the connection ends.
#[derive(Debug)]
pub struct PostgresWriter {
    location: Location,
    connection: PgConnection,
    removed: Removed,
    /// The epochs of what is replaced.
    old_epochs: Vec<RegionEpoch>,
    replaces: bool,
}

impl PostgresWriter {
    /// Begins to write the database of `url`, which gets the tables of this version if it has none. It must be empty.
    ///
    /// # Errors
    /// A [`BackupError`]; the database has no rows.
    pub async fn new_database(url: &str) -> Result<Self, BackupError> {
        let mut begun = Self::lock(Location::from_url(url)?).await?;
        if begun.replaces {
            let place = &begun.location;
            let text = format!("the database {place} is not empty; copy into a new one");
            return Err(BackupError::Conflict(text));
        }
        begun.clear().await?;
        Ok(begun)
    }

    /// As [`new_database`](Self::new_database), and with `force` also over existing rows. No server may use the
    /// database.
    ///
    /// # Errors
    /// A [`BackupError`]; the database is not changed.
    pub async fn replacing(url: &str, options: &RestoreOptions) -> Result<Self, BackupError> {
        let mut begun = Self::lock(Location::from_url(url)?).await?;
        let location = begun.location.clone();
        if begun.replaces && !options.force {
            return Err(BackupError::Conflict(format!(
                "there is a database {location}; `--force` replaces it with the backup"
            )));
        }
        begun.refuse_running_nodes(options.at).await?;
        begun.old_epochs =
            restored_epochs::list(&mut begun.connection).await.map_err(|error| failed(&location, error))?;
        begun.clear().await?;
        Ok(begun)
    }

    /// Whether rows are replaced.
    #[must_use]
    pub fn replaces(&self) -> bool {
        self.replaces
    }

    /// Raises the epochs of all regions above those of the rows and of what is replaced, unless tokens are kept, and
    /// records the restore for each region. Call it after all rows are written.
    ///
    /// # Errors
    /// A [`BackupError`].
    pub async fn raise_epochs(
        &mut self,
        options: &RestoreOptions,
    ) -> Result<Vec<(RegionName, i64)>, BackupError> {
        restored_epochs::raise(&mut self.connection, &self.old_epochs, options)
            .await
            .map_err(|error| BackupError::Failed(format!("the epochs cannot be raised: {error}")))
    }

    /// Begins the transaction and locks the tables.
    async fn lock(location: Location) -> Result<Self, BackupError> {
        ensure_migrated(&location, None, Migrate::New).await?;
        let mut connection = connect(&location).await?;
        let mut locked = async || -> Result<bool, sqlx::Error> {
            run(&mut connection, format!("BEGIN; {}", statements::lock())).await?;
            sqlx::query_scalar(AssertSqlSafe(statements::has_data())).fetch_one(&mut connection).await
        };
        let replaces = locked().await.map_err(|error| match sqlstate(&error).as_deref() {
            Some(LOCK_NOT_AVAILABLE) => in_use(&location),
            _ => failed(&location, error),
        })?;
        let removed = Removed::default();
        Ok(Self { location, connection, removed, old_epochs: Vec::new(), replaces })
    }

    async fn refuse_running_nodes(&mut self, now: Timestamp) -> Result<(), BackupError> {
        let times =
            sqlx::query_scalar!("SELECT reported_at FROM nodes").fetch_all(&mut self.connection).await;
        let times = times.map_err(|error| failed(&self.location, error))?;
        if times.into_iter().any(|at| NodeReport::is_recent(timestamp(at), now)) {
            return Err(in_use(&self.location));
        }
        self.refuse_connected_nodes().await
    }

    /// A node whose clock is behind, or that cannot write its report, is still connected.
    async fn refuse_connected_nodes(&mut self) -> Result<(), BackupError> {
        let names = sqlx::query_scalar::<_, String>(CONNECTED_NODES).fetch_all(&mut self.connection).await;
        let names = names.map_err(|error| failed(&self.location, error))?;
        if names.is_empty() {
            return Ok(());
        }
        Err(BackupError::Conflict(format!(
            "the database {} is in use: it has connections of the servers {}; stop them, then repeat this",
            self.location,
            names.join(", ")
        )))
    }

    /// Removes all rows, also those that a migration adds.
    async fn clear(&mut self) -> Result<(), BackupError> {
        let clear = format!("{}; DELETE FROM store_fence; DELETE FROM nodes", statements::clear());
        let cleared = async {
            run(&mut self.connection, clear).await?;
            Removed::from(&mut self.connection).await
        };
        self.removed = cleared.await.map_err(|error| failed(&self.location, error))?;
        Ok(())
    }
}

#[async_trait]
impl RowWriter for PostgresWriter {
    async fn insert(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), BackupError> {
        with_arrays(statements::insert(table), table.columns, rows)
            .execute(&mut self.connection)
            .await
            .map_err(|error| not_written(&self.location, table, error))?;
        Ok(())
    }

    async fn read_range(
        &mut self,
        table: &'static Table,
        after: Option<&[Value]>,
        through: &[Value],
    ) -> Result<Vec<Row>, BackupError> {
        let bounds: Row = after.into_iter().flatten().chain(through).cloned().collect();
        let rows = with_values(statements::select_range(table, after.is_some()), &bounds)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|error| failed(&self.location, error))?;
        let rows = rows.iter().map(|row| row_of(table, row)).collect::<Result<_, _>>();
        rows.map_err(|error| failed(&self.location, error))
    }

    async fn delete(&mut self, table: &'static Table, keys: Vec<Row>) -> Result<(), BackupError> {
        with_arrays(statements::delete(table), table.key_columns(), keys)
            .execute(&mut self.connection)
            .await
            .map_err(|error| not_written(&self.location, table, error))?;
        Ok(())
    }

    async fn build_indexes(&mut self) -> Result<(), BackupError> {
        let built = self.removed.make_indexes(&mut self.connection).await;
        built.map_err(|error| failed(&self.location, error))
    }

    async fn check(&mut self) -> Result<(), BackupError> {
        let checked = async {
            self.removed.make_references(&mut self.connection).await?;
            run(&mut self.connection, statements::move_sequences()).await
        };
        checked.await.map_err(|error| match error {
            sqlx::Error::Database(error) if !is_outage(error.code().as_deref()) => BackupError::Failed(
                format!("the copied rows do not fit together in {}: {error}", self.location),
            ),
            other => failed(&self.location, other),
        })
    }

    async fn publish(mut self: Box<Self>) -> Result<(), BackupError> {
        commit(&self.location, &mut self.connection).await?;
        // Only plans depend on it, and the server does it by itself later.
        let _ = timeout(ANALYZE_LIMIT, run(&mut self.connection, "ANALYZE")).await;
        let _ = timeout(CLOSE_LIMIT, self.connection.close()).await;
        Ok(())
    }
}

async fn commit(location: &Location, connection: &mut PgConnection) -> Result<(), BackupError> {
    let fault = match timeout(COMMIT_LIMIT, watched(run(connection, "COMMIT"))).await {
        Ok(Watched { value: Ok(()), warning: None }) => return Ok(()),
        // It says that the commit was not replicated as the server's settings demand.
        Ok(Watched { value: Ok(()), warning: Some(warning) }) => warning,
        Ok(Watched { value: Err(error), .. }) => {
            if error.as_database_error().is_some() && !is_connection_lost(&error) {
                // The server has undone it.
                return Err(failed(location, error));
            }
            error.to_string()
        }
        Err(_) => format!("the server did not answer within {} seconds", COMMIT_LIMIT.as_secs()),
    };
    Err(BackupError::OutcomeUnknown(format!(
        "it is not known whether the rows in {location} were committed ({fault})"
    )))
}

/// A value that the server cannot store is no failure of the server.
fn not_written(location: &Location, table: &Table, error: sqlx::Error) -> BackupError {
    match error {
        sqlx::Error::Database(error) if !is_outage(error.code().as_deref()) => BackupError::Failed(format!(
            "a row of the table {} cannot be written to {location}: {error}",
            table.name
        )),
        other => failed(location, other),
    }
}

/// Lack of resources, an intervention of the operator, or a failure of the system
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>).
fn is_outage(state: Option<&str>) -> bool {
    state.is_some_and(|state| ["53", "57", "58"].iter().any(|class| state.starts_with(class)))
}

fn in_use(location: &Location) -> BackupError {
    BackupError::Conflict(format!(
        "the database {location} is in use; stop the servers and commands that have it open, then repeat this (a server \
         that was killed counts as running for 30 seconds)"
    ))
}

/// The names that nodes give to their connections.
const CONNECTED_NODES: &str = "SELECT DISTINCT application_name FROM pg_stat_activity \
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'jeton % node %' \
    ORDER BY 1";
/// A commit may wait for the disk and for a synchronous standby.
const COMMIT_LIMIT: Duration = Duration::from_mins(1);
const ANALYZE_LIMIT: Duration = Duration::from_mins(1);
const CLOSE_LIMIT: Duration = Duration::from_secs(5);
