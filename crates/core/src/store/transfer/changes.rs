//! Brings what has changed in a table since it was copied.
//!
//! The rows of the source are read again, and compared page by page with what was copied. Of a page that differs, the
//! rows of the target are read, and only those that differ are deleted and inserted. All deletions of a table come
//! before its insertions, because a new row may have a unique value that another row gave up.

use std::collections::BTreeMap;

use tokio::sync::mpsc::Receiver;

use super::pages::Pages;
use super::ports::ROWS_PER_PAGE;
use super::{Row, RowWriter, Table};
use crate::store::{BackupError, CopyMonitor};

/// The comparison of one table.
pub(super) struct Changes<'a> {
    table: &'static Table,
    writer: &'a mut dyn RowWriter,
    watch: &'a CopyMonitor,
    /// What was copied before.
    old: Pages,
    /// The first old page that is not compared yet.
    index: usize,
    /// The rows of the source that belong to that page.
    rows: Vec<Row>,
    new: Pages,
    deleted: Vec<Row>,
    inserted: Vec<Row>,
    changed: u64,
}

impl<'a> Changes<'a> {
    pub(super) fn since(
        old: Pages,
        table: &'static Table,
        writer: &'a mut dyn RowWriter,
        watch: &'a CopyMonitor,
    ) -> Self {
        let new = old.emptied();
        let (rows, deleted, inserted) = (Vec::new(), Vec::new(), Vec::new());
        Self { table, writer, watch, old, index: 0, rows, new, deleted, inserted, changed: 0 }
    }

    /// Compares all rows of the source and brings the changes. Returns what is copied now, and the number of changed
    /// rows.
    pub(super) async fn bring(mut self, mut source: Receiver<Vec<Row>>) -> Result<(Pages, u64), BackupError> {
        while let Some(rows) = source.recv().await {
            self.watch.rows(rows.len())?;
            for row in rows {
                self.compare(row).await?;
            }
        }
        while self.old.get(self.index).is_some() {
            self.close_page().await?;
        }
        self.write().await?;
        self.flush_new().await?;
        Ok((self.new, self.changed))
    }

    async fn compare(&mut self, row: Row) -> Result<(), BackupError> {
        while let Some(page) = self.old.get(self.index) {
            if self.table.key_of(&row) <= page.last.as_slice() {
                self.rows.push(row);
                return Ok(());
            }
            self.close_page().await?;
            if self.old.get(self.index).is_none() {
                // What follows is new. It may be far more than memory holds, so what was collected is written before.
                self.write().await?;
            }
        }
        self.rows.push(row);
        if self.rows.len() >= ROWS_PER_PAGE { self.flush_new().await } else { Ok(()) }
    }

    /// Compares the rows with the old page to which they belong.
    async fn close_page(&mut self) -> Result<(), BackupError> {
        let rows = std::mem::take(&mut self.rows);
        let Some(page) = self.old.get(self.index) else { return Ok(()) };
        self.new.push_through(page.last.clone(), &rows);
        if !self.old.is_equal(self.index, &rows) {
            let after = self.index.checked_sub(1).and_then(|index| self.old.get(index));
            let after = after.map(|page| page.last.as_slice());
            let stored = self.writer.read_range(self.table, after, &page.last).await?;
            self.collect(stored, rows);
        }
        self.index += 1;
        Ok(())
    }

    /// Collects the differences between the stored rows of a page and its rows now.
    fn collect(&mut self, stored: Vec<Row>, rows: Vec<Row>) {
        let table = self.table;
        let mut stored: BTreeMap<Row, Row> =
            stored.into_iter().map(|row| (table.key_of(&row).to_vec(), row)).collect();
        for row in rows {
            match stored.remove(table.key_of(&row)) {
                Some(same) if same == row => continue,
                Some(_) => self.deleted.push(table.key_of(&row).to_vec()),
                None => {}
            }
            self.inserted.push(row);
            self.changed += 1;
        }
        self.changed += u64::try_from(stored.len()).unwrap_or_default();
        self.deleted.extend(stored.into_keys());
    }

    async fn write(&mut self) -> Result<(), BackupError> {
        let (deleted, mut inserted) = (std::mem::take(&mut self.deleted), std::mem::take(&mut self.inserted));
        if !deleted.is_empty() {
            self.writer.delete(self.table, deleted).await?;
        }
        while !inserted.is_empty() {
            let rest = inserted.split_off(ROWS_PER_PAGE.min(inserted.len()));
            self.writer.insert(self.table, inserted).await?;
            inserted = rest;
        }
        Ok(())
    }

    /// Inserts the rows after the last old page.
    async fn flush_new(&mut self) -> Result<(), BackupError> {
        let rows = std::mem::take(&mut self.rows);
        if rows.is_empty() {
            return Ok(());
        }
        self.new.push(self.table, &rows);
        self.changed += u64::try_from(rows.len()).unwrap_or_default();
        self.writer.insert(self.table, rows).await
    }
}
