//! How a table is described, so that adapters can make their statements for it.

use super::Value;

/// A table that belongs to the data of a store.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns. Those of the key come first.
    pub columns: &'static [Column],
    /// How many columns the key has. Rows are read in the order of their keys, and no column of a key is empty.
    pub key: usize,
}

/// A column, and what its values are.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
}

/// What the values of a column are. An adapter may store each in a type of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A number.
    Integer,
    /// 0 or 1.
    Flag,
    /// Unix seconds.
    Time,
    /// A text that is kept as it is.
    Text,
    /// Bytes.
    Bytes,
    /// A JSON array of networks.
    Networks,
    /// An IP address.
    Address,
    /// A JSON object of texts.
    Labels,
}

impl Table {
    /// The columns of the key.
    #[must_use]
    pub fn key_columns(&self) -> &'static [Column] {
        &self.columns[..self.key]
    }

    /// The key of a row.
    #[must_use]
    pub fn key_of<'a>(&self, row: &'a [Value]) -> &'a [Value] {
        &row[..self.key.min(row.len())]
    }
}
