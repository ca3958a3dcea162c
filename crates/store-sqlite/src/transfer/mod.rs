//! Reads and writes the rows of a whole database, to copy a store from or to another kind of store.

mod blocking;
mod reader;
mod source;
mod statements;
mod target;
mod writer;

pub use reader::BackupReader;
pub use source::SqliteSource;
pub use target::{backup_file, new_database};
