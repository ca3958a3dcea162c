//! Reads and writes the rows of a whole database, to copy a store from or to another kind of store.
//!
//! The statements are made from the description of the tables. A test compares that description with the schema.

mod connection;
mod constraints;
mod reader;
mod restored_epochs;
mod source;
mod statements;
mod values;
mod writer;

pub use source::PostgresSource;
pub use writer::PostgresWriter;
