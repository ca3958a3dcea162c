//! Recognizes a Jeton database by its first page. `SQLite` never opens the database of another program.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What is at a path.
#[derive(Debug)]
pub(crate) enum Found {
    /// No file, or an empty file.
    Nothing,
    /// A Jeton database, which may be opened until the value is dropped.
    Ours(OpenFile),
    /// Anything else, for example another program's file or a folder.
    Foreign,
}

/// A Jeton database that this process may have open.
#[derive(Debug)]
pub(crate) struct OpenFile(FileId);

impl OpenFile {
    /// Whether another file is at `path` now, or no file. False if `path` cannot be examined.
    pub(crate) fn is_replaced_at(&self, path: &Path) -> bool {
        match path.metadata() {
            Ok(metadata) => id_of(&metadata) != self.0,
            Err(error) => matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory),
        }
    }
}

impl Drop for OpenFile {
    fn drop(&mut self) {
        let mut open = OpenFiles::lock();
        if let Some(count) = open.0.get_mut(&self.0) {
            *count -= 1;
            if *count == 0 {
                open.0.remove(&self.0);
            }
        }
    }
}

/// The databases that this process may have open, with reference counts. Locked while a file is identified.
///
/// Closing any descriptor of a file drops all POSIX locks that the process holds on it, including those of open
/// `SQLite` connections. So this module never opens a file that may already be open.
pub(crate) struct OpenFiles(MutexGuard<'static, BTreeMap<FileId, usize>>);

impl OpenFiles {
    /// Waits until no other thread of this process identifies a file.
    pub(crate) fn lock() -> Self {
        Self(OPEN.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads the header of the file at `path`, unless the file may already be open.
    pub(crate) fn identify(&mut self, path: &Path) -> io::Result<Found> {
        let metadata = match path.metadata() {
            Ok(metadata) if metadata.is_file() => metadata,
            Ok(_) => return Ok(Found::Foreign),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
            Err(error) => return Err(error),
        };
        if self.0.contains_key(&id_of(&metadata)) {
            return Ok(Found::Ours(self.register(&metadata)));
        }
        let mut head = Vec::with_capacity(HEADER_BYTES);
        File::open(path)?.take(HEADER_BYTES as u64).read_to_end(&mut head)?;
        if head.is_empty() {
            return Ok(Found::Nothing);
        }
        if head.len() < HEADER_BYTES
            || !head.starts_with(MAGIC)
            || head[68..72] != APPLICATION_ID.to_be_bytes()
        {
            return Ok(Found::Foreign);
        }
        Ok(Found::Ours(self.register(&metadata)))
    }

    /// Whether this process may have the file at `path` open.
    pub(crate) fn is_open(&self, path: &Path) -> bool {
        path.metadata().is_ok_and(|metadata| self.0.contains_key(&id_of(&metadata)))
    }

    /// Records that the file is a Jeton database and may be opened from now on.
    pub(crate) fn register(&mut self, metadata: &Metadata) -> OpenFile {
        let id = id_of(metadata);
        *self.0.entry(id).or_insert(0) += 1;
        OpenFile(id)
    }
}

/// The only page of an empty Jeton database, in WAL mode (<https://sqlite.org/fileformat2.html>).
///
/// The first write sets the `application_id`. If the first migration set it, a database of a start that was killed
/// before the migration could not be distinguished from another program's database.
pub(crate) fn first_page() -> [u8; PAGE_BYTES] {
    let mut page = [0; PAGE_BYTES];
    let mut put = |offset: usize, bytes: &[u8]| page[offset..offset + bytes.len()].copy_from_slice(bytes);
    put(0, MAGIC);
    put(16, &PAGE_BYTES_FIELD.to_be_bytes());
    // Write and read version 2: WAL. Then the payload fractions, which are constants of the format.
    put(18, &[2, 2, 0, 64, 32, 32]);
    // The change counter, the size in pages, and that the size is valid for this counter.
    put(24, &1_u32.to_be_bytes());
    put(28, &1_u32.to_be_bytes());
    put(92, &1_u32.to_be_bytes());
    // Schema format 4, text in UTF-8.
    put(44, &4_u32.to_be_bytes());
    put(56, &1_u32.to_be_bytes());
    put(68, &APPLICATION_ID.to_be_bytes());
    // An empty leaf of the schema's b-tree; its content area begins at the end of the page.
    put(100, &[0x0d]);
    put(105, &PAGE_BYTES_FIELD.to_be_bytes());
    page
}

/// Device and inode. They are unique while the file is open.
type FileId = (u64, u64);

fn id_of(metadata: &Metadata) -> FileId {
    (metadata.dev(), metadata.ino())
}

static OPEN: Mutex<BTreeMap<FileId, usize>> = Mutex::new(BTreeMap::new());

/// `Jton`, the `application_id` of Jeton databases.
const APPLICATION_ID: u32 = 0x4a74_6f6e;
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER_BYTES: usize = 100;
const PAGE_BYTES: usize = 4096;
const PAGE_BYTES_FIELD: u16 = 4096;
