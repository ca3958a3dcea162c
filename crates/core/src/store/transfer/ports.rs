//! What a store must be able to do so that it can be copied or be the copy.

use async_trait::async_trait;
use tokio::sync::mpsc::Sender;

use super::{Fence, Row, Table, Value};
use crate::store::BackupError;

/// Reads the rows of a store as they were at one moment.
#[async_trait]
pub trait RowReader: Send {
    /// The number of rows in all tables.
    async fn count(&mut self) -> Result<u64, BackupError>;

    /// Sends the rows of a table in the order of their keys, in pages of some hundreds.
    /// Ends early, without an error, if the receiver is dropped.
    async fn read(&mut self, table: &'static Table, pages: Sender<Vec<Row>>) -> Result<(), BackupError>;
}

/// Writes the rows of a new store. No one sees them before [`publish`](Self::publish). Drop it to undo everything.
///
/// References between tables and indexes are checked at the end, so that tables can be written in any order. A row
/// that takes a unique value of another one must be inserted after that one was deleted.
#[async_trait]
pub trait RowWriter: Send {
    /// Adds rows.
    async fn insert(&mut self, table: &'static Table, rows: Vec<Row>) -> Result<(), BackupError>;

    /// The rows whose keys are after `after`, or all from the first one on, and not after `through`; in any order.
    async fn read_range(
        &mut self,
        table: &'static Table,
        after: Option<&[Value]>,
        through: &[Value],
    ) -> Result<Vec<Row>, BackupError>;

    /// Deletes the rows of these keys.
    async fn delete(&mut self, table: &'static Table, keys: Vec<Row>) -> Result<(), BackupError>;

    /// Called once, after most rows were inserted.
    async fn build_indexes(&mut self) -> Result<(), BackupError>;

    /// Called once, after the last row was inserted or deleted: checks the references between the rows.
    async fn check(&mut self) -> Result<(), BackupError>;

    /// Makes the rows visible in one step, which survives a crash. If that step may have been executed although it
    /// failed, the error is [`BackupError::OutcomeUnknown`]. Returns or fails within minutes.
    async fn publish(self: Box<Self>) -> Result<(), BackupError>;
}

/// A store that can be copied while it is used.
#[async_trait]
pub trait CopySource: Send + Sync {
    /// Begins to read what is stored now. Later changes are not seen.
    async fn reader(&self) -> Result<Box<dyn RowReader>, BackupError>;

    /// Why the store refuses changes, if it does.
    async fn find_fence(&self) -> Result<Option<Fence>, BackupError>;

    /// Makes the store refuse changes. On return, every change that was not refused is committed. A store that
    /// already refuses them is a [`BackupError::Conflict`].
    async fn fence(&self, fence: &Fence) -> Result<(), BackupError>;

    /// Makes the store accept changes again. `None` if it did not refuse them.
    async fn unfence(&self) -> Result<Option<Fence>, BackupError>;
}

/// The rows of a page. Of a page that did not change, a later pass only reads the source.
pub(super) const ROWS_PER_PAGE: usize = 500;
