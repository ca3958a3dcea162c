//! Writes the rows of a new database, in a file beside its place.

use async_trait::async_trait;
use jeton_core::store::BackupError;
use jeton_core::store::transfer::{REVOCATION_END, Row, RowWriter, TABLES, Table, Value};
use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};

use super::blocking::BlockingConnection;
use super::reader::values;
use super::statements;
use crate::Location;
use crate::backup::back_up::Unfinished;
use crate::backup::copy::{close, open, set_journal};
use crate::connection::files;
use crate::connection::identity::OpenFile;
use crate::connection::migrations::migrate_in_place;

/// How a complete file gets to its place. The file is closed and durable.
pub(super) type Publish = Box<dyn FnOnce(&Unfinished) -> Result<(), BackupError> + Send>;

/// A database that is being written.
pub(super) struct SqliteWriter {
    connection: BlockingConnection,
    /// The statements that make the indexes and the trigger.
    indexes: Vec<String>,
    stage: Unfinished,
    _open: OpenFile,
    /// What is being made, for messages: "the backup FILE".
    what: String,
    publish: Publish,
}

impl SqliteWriter {
    /// Begins to write into the empty file `stage`.
    pub(super) async fn begin(
        stage: Unfinished,
        what: String,
        publish: Publish,
    ) -> Result<Self, BackupError> {
        let unwritable = |error: &dyn std::fmt::Display| unwritable(&what, error);
        let opened = files::create(&stage.path).map_err(|error| unwritable(&error))?;
        migrate_in_place(&Location::of(stage.path.clone())).await?;
        let begin = || -> rusqlite::Result<_> {
            let connection = open(&stage.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
            // Safe without a journal and without sync: an incomplete file is removed.
            set_journal(&connection, "delete")?;
            set_journal(&connection, "off")?;
            connection.execute_batch(
                "PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -262144; BEGIN IMMEDIATE",
            )?;
            for table in &TABLES {
                connection.execute(&statements::clear(table), [])?;
            }
            let indexes = drop_indexes(&connection)?;
            Ok((connection, indexes))
        };
        let (connection, indexes) = begin().map_err(|error| unwritable(&error))?;
        let connection = BlockingConnection::new(connection);
        Ok(Self { connection, indexes, stage, _open: opened, what, publish })
    }

    async fn run<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, BackupError> {
        let done = self.connection.run(work).await;
        done.map_err(|error| unwritable(&self.what, &error))
    }
}

#[async_trait]
impl RowWriter for SqliteWriter {
    async fn insert(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), BackupError> {
        self.run(move |connection| {
            if table.name == REVOCATION_END {
                // The revocations that were inserted before have already made the row, with their own last number.
                connection.execute(&statements::clear(table), [])?;
            }
            let mut statement = connection.prepare(&statements::insert(table))?;
            rows.iter().try_for_each(|row| statement.execute(parameters(row)).map(drop))
        })
        .await
    }

    async fn read_range(
        &mut self,
        table: &'static Table,
        after: Option<&[Value]>,
        through: &[Value],
    ) -> Result<Vec<Row>, BackupError> {
        let bounds: Row = after.into_iter().flatten().chain(through).cloned().collect();
        let sql = statements::select_range(table, after.is_some());
        self.run(move |connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query(parameters(&bounds))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push(values(row, table)?);
            }
            Ok(found)
        })
        .await
    }

    async fn delete(&mut self, table: &'static Table, keys: Vec<Row>) -> Result<(), BackupError> {
        self.run(move |connection| {
            let mut statement = connection.prepare(&statements::delete(table))?;
            keys.iter().try_for_each(|key| statement.execute(parameters(key)).map(drop))
        })
        .await
    }

    async fn build_indexes(&mut self) -> Result<(), BackupError> {
        let indexes = std::mem::take(&mut self.indexes);
        self.run(move |connection| indexes.iter().try_for_each(|sql| connection.execute_batch(sql))).await
    }

    async fn check(&mut self) -> Result<(), BackupError> {
        let broken = self.run(|connection| {
            connection.execute_batch("COMMIT")?;
            let mut check = connection.prepare("PRAGMA foreign_key_check")?;
            let mut broken = check.query([])?;
            broken.next()?.map(|row| row.get::<_, String>(0)).transpose()
        });
        match broken.await? {
            Some(table) => {
                let text = format!("a row of the table {table} refers to a row that does not exist");
                Err(unwritable(&self.what, &text))
            }
            None => Ok(()),
        }
    }

    async fn publish(self: Box<Self>) -> Result<(), BackupError> {
        let Self { connection, stage, what, publish, .. } = *self;
        if let Some(connection) = connection.into_inner() {
            set_journal(&connection, "delete")
                .and_then(|()| close(connection))
                .map_err(|error| unwritable(&what, &error))?;
        }
        stage.file.sync_all().map_err(|error| unwritable(&what, &error))?;
        publish(&stage)
    }
}

/// Indexes that are made when the rows are there take a fraction of the time. The trigger would write rows a second
/// time.
fn drop_indexes(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
         ORDER BY rowid",
    )?;
    let found: Vec<(String, String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (kind, name, _) in &found {
        connection.execute_batch(&format!("DROP {kind} {name}"))?;
    }
    Ok(found.into_iter().map(|(_, _, sql)| sql).collect())
}

fn parameters(values: &[Value]) -> impl rusqlite::Params + '_ {
    params_from_iter(values.iter().map(Parameter))
}

struct Parameter<'a>(&'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::from(rusqlite::types::Null),
            Value::Integer(number) => ToSqlOutput::from(*number),
            Value::Text(text) => ToSqlOutput::from(text.as_str()),
            Value::Bytes(bytes) => ToSqlOutput::from(bytes.as_slice()),
        })
    }
}

fn unwritable(what: &str, error: &dyn std::fmt::Display) -> BackupError {
    BackupError::Failed(format!("{what} cannot be written: {error}"))
}
