//! Copies a whole store into another one, row by row, whatever keeps the rows.
//!
//! [`TABLES`] says what a store holds. An adapter reads and writes these tables ([`RowReader`], [`RowWriter`]) and
//! can refuse changes to its store ([`CopySource`]). [`copy_store`] decides the order: most rows are copied while the
//! source is being changed, and only what changed meanwhile is copied while it refuses changes. This module must not
//! know what the values are used for.

mod changes;
mod copy;
mod fence;
mod pages;
mod ports;
mod table;
mod tables;
mod value;

pub use copy::{Copied, copy_rows, copy_store};
pub use fence::Fence;
pub use ports::{CopySource, RowReader, RowWriter};
pub use table::{Column, Kind, Table};
pub use tables::{REVOCATION_END, TABLES};
pub use value::{Row, Value};
