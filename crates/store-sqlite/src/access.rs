//! Whether a database can be written at all: on read-only media, it can only be read.
//!
//! There `SQLite` cannot make the files that it keeps beside a database in WAL mode. It reads the database all the same if
//! it is told that no process changes it (`immutable`, <https://sqlite.org/wal.html#readonly>).

use std::path::Path;

use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;

use crate::lock_file::beside;

/// Whether the database at `path` is on a read-only file system and complete in its one file.
///
/// A log with changes that are not in the file yet would be ignored, so such a database is opened as any other, which
/// fails and says that the file system is read-only.
pub(crate) fn is_read_only_media(path: &Path) -> bool {
    let is_read_only = accessat(CWD, path, Access::WRITE_OK, AtFlags::EACCESS) == Err(Errno::ROFS);
    let holds_changes = || beside(path, "-wal").metadata().is_ok_and(|log| log.len() > 0);
    is_read_only && !holds_changes()
}

/// What a write is told.
pub(crate) const READ_ONLY_MEDIA: &str =
    "the database is on a read-only file system; it can be read there, and not be changed";
