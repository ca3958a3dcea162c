//! Opens a database. Checks that it is a Jeton database and migrated before the connections are made.

use std::sync::Arc;

use jeton_core::store::{LockWait, Locked, Migrate, OpenError, OpenOptions};
use jeton_protocol::RegionName;
use sqlx::SqlitePool;

use crate::connection::access::is_read_only_media;
use crate::connection::connect;
use crate::connection::error::not_opened;
use crate::connection::lock_wait::{explained, with_notice};
use crate::connection::migrations::{DatabaseGuard, create_or_migrate, is_missing, require_migrated};
use crate::connection::replaced::Connections;
use crate::{Location, SqliteStore};

impl SqliteStore {
    /// Opens the database of a `sqlite:` URL as `region` sees it.
    ///
    /// # Errors
    /// An [`OpenError`] that names the file. A file that is not opened is not changed.
    pub async fn open(
        url: &str,
        region: &RegionName,
        options: impl Into<OpenOptions>,
    ) -> Result<Self, OpenError> {
        let OpenOptions { migrate, lock_wait: wait, .. } = options.into();
        let location = Location::from_url(url)?;
        let file = match migrate {
            Migrate::Pending => create_or_migrate(&location, wait).await?.0,
            Migrate::New if is_missing(&location)? => create_or_migrate(&location, wait).await?.0,
            Migrate::New | Migrate::Never => require_migrated(&location).await?,
        };
        with_notice(wait, Self::connect(&location, file, region, wait))
            .await
            .map_err(|error| not_opened(&location, explained(wait, error, Locked::First)))
    }

    async fn connect(
        location: &Location,
        file: DatabaseGuard,
        region: &RegionName,
        lock_wait: Option<LockWait>,
    ) -> Result<Self, sqlx::Error> {
        let connections = if is_read_only_media(location.path()) {
            Connections::read_only(location.path(), file, connect::read_only_pool(location).await?)
        } else {
            let writes = connect::write_pool(location, lock_wait).await?;
            let reads = connect::read_pool(location).await?;
            add_region(&reads, &writes, region).await?;
            Connections::new(location.path(), file, writes, reads)
        };
        let connections = Arc::new(connections);
        let region = region.clone();
        Ok(Self { region, connections, is_control: false, lock_wait, has_written: Arc::default() })
    }

    /// Closes the connections. Without it the log stays beside the file until the next start, which is harmless.
    /// Connections to a replaced file stay open.
    pub async fn close(&self) {
        self.connections.close().await;
    }
}

/// Reads before it writes: a full disk or a locked database must not keep a server of a known region from starting.
async fn add_region(reads: &SqlitePool, writes: &SqlitePool, region: &RegionName) -> Result<(), sqlx::Error> {
    let region = region.as_str();
    let known =
        sqlx::query_scalar!("SELECT count(*) FROM regions WHERE name = ?", region).fetch_one(reads).await?;
    if known == 0 {
        sqlx::query!("INSERT INTO regions (name, epoch) VALUES (?, 0) ON CONFLICT DO NOTHING", region)
            .execute(writes)
            .await?;
    }
    Ok(())
}
