//! Opens the store that a URL names. Only this crate selects the adapter by the URL's scheme.

mod transfer;
mod url;

use std::sync::Arc;

use jeton_core::store::{InspectedStore, LockWait, OpenError, OpenOptions, Store};
use jeton_protocol::RegionName;
use jeton_store_postgres::{Location, PostgresStore};
use jeton_store_sqlite::SqliteStore;

use url::Scheme;

pub use transfer::{back_up, copy, place, restore, unfence};

/// The `sslmode` in `url` if it permits an unencrypted connection to another machine. `None` for a store in a file, and
/// for a URL that [`open`] rejects.
#[must_use]
pub fn plaintext_mode(url: &str) -> Option<&'static str> {
    match Scheme::of(url) {
        Ok(Scheme::Postgres) => Location::from_url(url).ok()?.plaintext_mode(),
        Ok(Scheme::Sqlite) | Err(_) => None,
    }
}

/// Opens the store of `url` as `region` sees it.
///
/// # Errors
/// An [`OpenError`] that names the store and what to do. A store that is not opened is not changed.
pub async fn open(
    url: &str,
    region: &RegionName,
    options: impl Into<OpenOptions>,
) -> Result<Arc<dyn Store>, OpenError> {
    match Scheme::of(url)? {
        Scheme::Sqlite => Ok(Arc::new(SqliteStore::open(url, region, options).await?)),
        Scheme::Postgres => Ok(Arc::new(Box::pin(PostgresStore::open(url, region, options)).await?)),
    }
}

/// Inspects the store of `url` as `region` would see it, without changing anything.
///
/// # Errors
/// The [`OpenError`] that [`open`] would return if it were allowed to migrate and to create a store.
pub async fn inspect(url: &str, region: &RegionName) -> Result<InspectedStore, OpenError> {
    match Scheme::of(url)? {
        Scheme::Sqlite => SqliteStore::inspect(url, region).await,
        Scheme::Postgres => Box::pin(PostgresStore::inspect(url, region)).await,
    }
}

/// Migrates the store of `url` to the schema of this version, creates it if it does not exist, and returns the names of
/// the applied migrations. `lock_wait` as in [`OpenOptions`].
///
/// # Errors
/// An [`OpenError`] that names the store and what to do. A store that is not opened is not changed.
pub async fn migrate(url: &str, lock_wait: Option<LockWait>) -> Result<Vec<String>, OpenError> {
    match Scheme::of(url)? {
        Scheme::Sqlite => jeton_store_sqlite::migrate(url, lock_wait).await,
        Scheme::Postgres => Box::pin(jeton_store_postgres::migrate(url, lock_wait)).await,
    }
}
