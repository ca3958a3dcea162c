//! Makes a consistent copy of a database with `SQLite`'s backup API, while others read and write the database.

use std::path::Path;
use std::time::Duration;

use jeton_core::store::{BackupError, CopyMonitor, CopyPhase, CopyProgress};
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

/// Copies the database at `from` into the empty file `to`. The copy is a single file without a log beside it.
///
/// The copy shows one moment: the open read transaction holds a snapshot. So writes of others neither restart the copy
/// nor make it inconsistent.
pub(crate) fn copy(from: &Path, to: &Path, watch: &CopyMonitor) -> Result<(), CopyError> {
    let source = open(from, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(CopyError::Source)?;
    let page_size: u32 =
        source.query_row("PRAGMA page_size", [], |row| row.get(0)).map_err(CopyError::Source)?;
    source.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").map_err(CopyError::Source)?;
    let mut target = open(to, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(CopyError::Target)?;
    // Safe without a journal and without sync: an incomplete copy is removed.
    target.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF").map_err(CopyError::Target)?;
    let backup = Backup::new(&source, &mut target).map_err(CopyError::Target)?;
    let mut before = 0;
    loop {
        let result = backup.step(PAGES_PER_STEP).map_err(CopyError::Copy)?;
        let progress = backup.progress();
        let bytes = |pages: i32| u64::try_from(pages).unwrap_or_default() * u64::from(page_size);
        let copied = bytes(progress.pagecount - progress.remaining);
        let total = bytes(progress.pagecount);
        watch.step(CopyProgress { phase: CopyPhase::File, before, copied, total })?;
        before = copied;
        match result {
            StepResult::Done => break,
            StepResult::More => {}
            _ => std::thread::sleep(RETRY_DELAY),
        }
    }
    drop(backup);
    close(target).map_err(CopyError::Target)?;
    // The copy's header is in WAL mode like its source, so a program that opens it would create a log beside it.
    let target = open(to, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(CopyError::Target)?;
    set_journal(&target, "delete").map_err(CopyError::Copy)?;
    close(target).map_err(CopyError::Target)
}

/// Why a copy failed, by the file that caused it.
#[derive(Debug)]
pub(crate) enum CopyError {
    Source(rusqlite::Error),
    Target(rusqlite::Error),
    /// Either file may be the cause.
    Copy(rusqlite::Error),
    Other(BackupError),
}

impl From<BackupError> for CopyError {
    fn from(error: BackupError) -> Self {
        Self::Other(error)
    }
}

pub(crate) fn open(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

pub(crate) fn close(connection: Connection) -> rusqlite::Result<()> {
    connection.close().map_err(|(_, error)| error)
}

pub(crate) fn set_journal(connection: &Connection, wanted: &str) -> rusqlite::Result<()> {
    let sql = format!("PRAGMA journal_mode = {wanted}");
    let mode: String = connection.query_row(&sql, [], |row| row.get(0))?;
    if mode == wanted { Ok(()) } else { Err(rusqlite::Error::InvalidQuery) }
}

const PAGES_PER_STEP: i32 = 1024;
const RETRY_DELAY: Duration = Duration::from_millis(50);
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
