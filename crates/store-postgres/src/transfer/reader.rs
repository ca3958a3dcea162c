//! Reads the rows of a database as they were at one moment.

use std::pin::pin;

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use jeton_core::store::BackupError;
use jeton_core::store::transfer::{Row, RowReader, Table};
use sqlx::{AssertSqlSafe, PgConnection};
use tokio::sync::mpsc::Sender;

use super::connection::{connect, failed, run};
use super::statements;
use super::values::row_of;
use crate::Location;

/// The rows of an open transaction.
#[derive(Debug)]
pub(super) struct PostgresReader {
    location: Location,
    connection: PgConnection,
}

impl PostgresReader {
    /// Begins to read what is committed now.
    pub(super) async fn open(location: &Location) -> Result<Self, BackupError> {
        let mut connection = connect(location).await?;
        // The first statement after BEGIN takes the snapshot.
        run(&mut connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1")
            .await
            .map_err(|error| failed(location, error))?;
        Ok(Self { location: location.clone(), connection })
    }
}

#[async_trait]
impl RowReader for PostgresReader {
    async fn count(&mut self) -> Result<u64, BackupError> {
        let count = sqlx::query_scalar::<_, i64>(AssertSqlSafe(statements::count()))
            .fetch_one(&mut self.connection)
            .await
            .map_err(|error| failed(&self.location, error))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    async fn read(&mut self, table: &'static Table, pages: Sender<Vec<Row>>) -> Result<(), BackupError> {
        let failed = |error| failed(&self.location, error);
        let mut rows =
            pin!(sqlx::query(AssertSqlSafe(statements::select(table))).fetch(&mut self.connection));
        let mut page = Vec::with_capacity(ROWS_PER_PAGE);
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            page.push(row_of(table, &row).map_err(failed)?);
            if page.len() == ROWS_PER_PAGE
                && pages.send(std::mem::replace(&mut page, Vec::with_capacity(ROWS_PER_PAGE))).await.is_err()
            {
                return Ok(());
            }
        }
        if !page.is_empty() {
            // An error means that the receiver was dropped.
            let _ = pages.send(page).await;
        }
        Ok(())
    }
}

const ROWS_PER_PAGE: usize = 500;
