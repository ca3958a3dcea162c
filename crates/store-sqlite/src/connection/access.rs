//! Detects a database on read-only media, which can be read but not written.
//!
//! On such media `SQLite` cannot create the files that it keeps beside a database in WAL mode. It can still read the
//! database if it is configured to assume that no process changes it (`immutable`,
//! <https://sqlite.org/wal.html#readonly>).

use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;

use crate::connection::lock_file::beside;

/// Whether the database at `path` is on a read-only file system and complete in its one file.
///
/// `immutable` ignores the write-ahead log. A database whose log holds changes is therefore opened like any other,
/// which fails with an error that names the read-only file system.
pub(crate) fn is_read_only_media(path: &Path) -> bool {
    let is_read_only = accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS) == Err(Errno::ROFS);
    let holds_changes = || beside(path, "-wal").metadata().is_ok_and(|log| log.len() > 0);
    is_read_only && !holds_changes()
}

/// The error text of a write.
pub(crate) const READ_ONLY_MEDIA: &str =
    "the database is on a read-only file system, so it can be read but not changed";
