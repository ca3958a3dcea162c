//! Reads the rows of a database as they were at one moment.

use std::path::Path;

use async_trait::async_trait;
use jeton_core::store::transfer::{Row, RowReader, Table, Value};
use jeton_core::store::{BackupError, CopyMonitor};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::mpsc::Sender;

use super::blocking::BlockingConnection;
use super::statements;
use crate::Location;
use crate::backup::back_up::Unfinished;
use crate::backup::copy::{CopyError, copy, open};
use crate::backup::restore::{check, identify, not_current, unusable};
use crate::backup::stage::Stage;
use crate::connection::error;
use crate::connection::identity::OpenFile;
use crate::connection::migrations::{migrate_in_place, pending};

/// The rows of an open transaction.
#[derive(Debug)]
pub(super) struct SqliteReader {
    location: Location,
    connection: BlockingConnection,
}

impl SqliteReader {
    /// Begins to read what is stored now. The database may be opened and has the schema of this version.
    pub(super) fn open(location: &Location) -> Result<Self, BackupError> {
        let begin = || -> rusqlite::Result<Connection> {
            let connection = open(location.path(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            // The first read takes the snapshot.
            connection.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema")?;
            Ok(connection)
        };
        let connection = begin().map_err(|fault| error::unreadable(location, fault))?;
        Ok(Self { location: location.clone(), connection: BlockingConnection::new(connection) })
    }
}

#[async_trait]
impl RowReader for SqliteReader {
    async fn count(&mut self) -> Result<u64, BackupError> {
        let count = self
            .connection
            .run(|connection| connection.query_row(&statements::count(), [], |row| row.get::<_, i64>(0)));
        let count = count.await.map_err(|fault| error::unreadable(&self.location, fault))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn read(&mut self, table: &'static Table, pages: Sender<Vec<Row>>) -> Result<(), BackupError> {
        let read = self.connection.run(move |connection| send_rows(connection, table, &pages)).await;
        Ok(read.map_err(|fault| error::unreadable(&self.location, fault))?)
    }
}

/// Stops without an error when the receiver is dropped.
fn send_rows(connection: &Connection, table: &Table, pages: &Sender<Vec<Row>>) -> rusqlite::Result<()> {
    let mut statement = connection.prepare(&statements::select(table))?;
    let mut rows = statement.query([])?;
    let mut page = Vec::with_capacity(ROWS_PER_PAGE);
    while let Some(row) = rows.next()? {
        page.push(values(row, table)?);
        if page.len() == ROWS_PER_PAGE
            && pages.blocking_send(std::mem::replace(&mut page, Vec::with_capacity(ROWS_PER_PAGE))).is_err()
        {
            return Ok(());
        }
    }
    if !page.is_empty() {
        // An error means that the receiver was dropped.
        let _ = pages.blocking_send(page);
    }
    Ok(())
}

/// The values of a row of `table`.
pub(super) fn values(row: &rusqlite::Row<'_>, table: &Table) -> rusqlite::Result<Row> {
    let value = |index: usize| {
        Ok(match row.get_ref(index)? {
            ValueRef::Null => Value::Null,
            ValueRef::Integer(number) => Value::Integer(number),
            ValueRef::Text(_) => Value::Text(row.get(index)?),
            ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
            ValueRef::Real(_) => {
                return Err(rusqlite::Error::InvalidColumnType(
                    index,
                    table.columns[index].name.to_owned(),
                    Type::Real,
                ));
            }
        })
    };
    (0..table.columns.len()).map(value).collect()
}

/// Reads a backup. One of an earlier version is copied to a file beside it, which is migrated and removed at the end.
#[derive(Debug)]
pub struct BackupReader {
    reader: SqliteReader,
    applied: Vec<String>,
    _backup: OpenFile,
    /// Dropped after the reader.
    _stage: Option<Unfinished>,
}

impl BackupReader {
    /// Opens the backup, and checks that it is complete.
    ///
    /// # Errors
    /// A [`BackupError`] that names the backup.
    pub async fn open(backup: &Path, watch: &CopyMonitor) -> Result<Self, BackupError> {
        let opened = identify(backup)?;
        check(backup).map_err(|fault| unusable(backup, &fault))?;
        let location = Location::of(backup.to_path_buf());
        if pending(&location).await.map_err(|error| not_current(backup, error))?.is_empty() {
            let reader = SqliteReader::open(&location)?;
            return Ok(Self { reader, applied: Vec::new(), _backup: opened, _stage: None });
        }
        let stage = Stage::Migration.create(backup, |error| {
            unusable(backup, &format!("it must be migrated in a copy beside it, which fails: {error}"))
        })?;
        copy(backup, &stage.path, watch).map_err(|fault| match fault {
            CopyError::Source(fault) | CopyError::Target(fault) | CopyError::Copy(fault) => {
                unusable(backup, &fault.to_string())
            }
            CopyError::Other(fault) => fault,
        })?;
        let staged = Location::of(stage.path.clone());
        let applied = migrate_in_place(&staged).await.map_err(|error| not_current(backup, error))?;
        let reader = SqliteReader::open(&staged)?;
        Ok(Self { reader, applied, _backup: opened, _stage: Some(stage) })
    }

    /// The migrations that the backup lacked.
    #[must_use]
    pub fn applied(&self) -> &[String] {
        &self.applied
    }
}

#[async_trait]
impl RowReader for BackupReader {
    async fn count(&mut self) -> Result<u64, BackupError> {
        self.reader.count().await
    }

    async fn read(&mut self, table: &'static Table, pages: Sender<Vec<Row>>) -> Result<(), BackupError> {
        self.reader.read(table, pages).await
    }
}

const ROWS_PER_PAGE: usize = 500;
