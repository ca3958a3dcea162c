//! Opening a database: whose is it, is it up to date, and only then the connections.

use std::sync::Arc;

use jeton_core::store::{LockWait, Locked, Migrate, OpenError, OpenOptions};
use jeton_protocol::RegionName;
use sqlx::SqlitePool;

use crate::access::is_read_only_media;
use crate::error::not_opened;
use crate::lock_wait::{explained, with_notice};
use crate::migrations::{Entered, bring_up_to_date, is_missing, require_up_to_date};
use crate::replaced::Connections;
use crate::{Location, SqliteStore, connect};

impl SqliteStore {
    /// Opens the database of a `sqlite:` URL as `region` sees it.
    ///
    /// # Errors
    /// An [`OpenError`] that names the file; a file that is refused is left as it was.
    pub async fn open(
        url: &str,
        region: &RegionName,
        options: impl Into<OpenOptions>,
    ) -> Result<Self, OpenError> {
        let OpenOptions { migrate, lock_wait: wait } = options.into();
        let location = Location::from_url(url)?;
        let file = match migrate {
            Migrate::Pending => bring_up_to_date(&location, wait).await?.0,
            Migrate::New if is_missing(&location)? => bring_up_to_date(&location, wait).await?.0,
            Migrate::New | Migrate::Never => require_up_to_date(&location).await?,
        };
        with_notice(wait, Self::connect(&location, file, region, wait))
            .await
            .map_err(|error| not_opened(&location, explained(wait, error, Locked::First)))
    }

    async fn connect(
        location: &Location,
        file: Entered,
        region: &RegionName,
        lock_wait: Option<LockWait>,
    ) -> Result<Self, sqlx::Error> {
        let connections = if is_read_only_media(location.path()) {
            Connections::without_writes(location.path(), file, connect::reads_only(location).await?)
        } else {
            let writes = connect::writes(location, lock_wait).await?;
            let reads = connect::reads(location).await?;
            add_region(&reads, &writes, region).await?;
            Connections::new(location.path(), file, writes, reads)
        };
        let connections = Arc::new(connections);
        Ok(Self { region: region.clone(), connections, lock_wait, has_written: Arc::default() })
    }

    /// Closes the connections; without it the log stays beside the file until the next start, which is harmless.
    /// Those to a file that was replaced are left open.
    pub async fn close(&self) {
        self.connections.close().await;
    }
}

/// Looks before it writes: a full or locked disk must not keep a known region from starting.
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
