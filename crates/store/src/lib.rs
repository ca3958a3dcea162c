//! Opens the store that a URL names: the only place that knows which schemes there are.

mod url;

use std::path::Path;
use std::sync::Arc;

use jeton_core::store::{
    BackupError, CopyMonitor, InspectedStore, LockWait, OpenError, OpenOptions, RestoreOptions, Restored,
    Store,
};
use jeton_protocol::RegionName;
use jeton_store_sqlite::SqliteStore;

use url::Scheme;

/// Opens the store of `url` as `region` sees it.
///
/// # Errors
/// An [`OpenError`] that names the store and the cure; a store that is refused is left as it was.
pub async fn open(
    url: &str,
    region: &RegionName,
    options: impl Into<OpenOptions>,
) -> Result<Arc<dyn Store>, OpenError> {
    match Scheme::of(url)? {
        Scheme::Sqlite => Ok(Arc::new(SqliteStore::open(url, region, options).await?)),
    }
}

/// Looks at the store of `url` as `region` would see it, without changing anything.
///
/// # Errors
/// The [`OpenError`] with which [`open`] would refuse it, migrations and a new store allowed.
pub async fn inspect(url: &str, region: &RegionName) -> Result<InspectedStore, OpenError> {
    match Scheme::of(url)? {
        Scheme::Sqlite => SqliteStore::inspect(url, region).await,
    }
}

/// Brings the store of `url` up to this version, making it where there is none, and returns the names of the
/// migrations that were applied. `lock_wait` as in [`OpenOptions`].
///
/// # Errors
/// An [`OpenError`] that names the store and the cure; a store that is refused is left as it was.
pub async fn migrate(url: &str, lock_wait: Option<LockWait>) -> Result<Vec<String>, OpenError> {
    match Scheme::of(url)? {
        Scheme::Sqlite => jeton_store_sqlite::migrate(url, lock_wait).await,
    }
}

/// Copies the store of `url` into the new file `target` while others use it, and returns its size in bytes. It blocks.
///
/// # Errors
/// A [`BackupError`]; then no file is left.
pub fn back_up(url: &str, target: &Path, watch: &CopyMonitor) -> Result<u64, BackupError> {
    match Scheme::of(url)? {
        Scheme::Sqlite => jeton_store_sqlite::back_up(url, target, watch),
    }
}

/// Puts the backup in the file `backup` in the place of the store of `url`, which nothing else may have open.
///
/// # Errors
/// A [`BackupError`]; the store is as it was.
pub async fn restore(
    url: &str,
    backup: &Path,
    options: &RestoreOptions,
    watch: &CopyMonitor,
) -> Result<Restored, BackupError> {
    match Scheme::of(url)? {
        Scheme::Sqlite => jeton_store_sqlite::restore(url, backup, options, watch).await,
    }
}
