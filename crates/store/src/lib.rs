//! Opens the store that a URL names: the only place that knows which schemes there are.

mod url;

use std::sync::Arc;

use jeton_core::store::{InspectedStore, LockWait, OpenError, OpenOptions, Store};
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
