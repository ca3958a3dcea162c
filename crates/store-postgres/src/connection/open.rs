//! Opens a database. Checks that it is a Jeton database and migrated before the pools are made.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::store::{Locked, OpenError, OpenOptions};
use jeton_protocol::RegionName;

use crate::announcements::Announcements;
use crate::connection::error::not_opened;
use crate::connection::lock_wait::{explained, with_notice};
use crate::connection::migrations::ensure_migrated;
use crate::connection::pool::{Lease, Pool, Shared};
use crate::connection::session::{DEFAULT_NAME, Session};
use crate::{Location, PostgresStore};

impl PostgresStore {
    /// Opens the database of a `postgres:` URL as `region` sees it. The database must exist; its tables may not.
    ///
    /// # Errors
    /// An [`OpenError`] that names the database. A database that is not opened is not changed.
    pub async fn open(
        url: &str,
        region: &RegionName,
        options: impl Into<OpenOptions>,
    ) -> Result<Self, OpenError> {
        let options = options.into();
        let (location, wait) = (Location::from_url(url)?, options.lock_wait);
        ensure_migrated(&location, wait, options.migrate).await?;
        let store = Self::with_pools(&location, region, &options);
        match with_notice(wait, Box::pin(store.add_region())).await {
            Ok(()) => Ok(store),
            Err(error) => {
                store.close().await;
                Err(not_opened(&location, explained(wait, error, Locked::First)))
            }
        }
    }

    pub(super) fn with_pools(location: &Location, region: &RegionName, options: &OpenOptions) -> Self {
        let shared = Shared::new(location, region);
        let name = options.name.as_deref().unwrap_or(DEFAULT_NAME);
        let (wait, timeouts) = (options.lock_wait, options.timeouts);
        let acquire = timeouts.acquire + wait.map_or(Duration::ZERO, |wait| wait.limit);
        let pool = |session, connections| Pool::new(&shared, session, connections, acquire);
        let read = |connections| pool(Session::read(name, timeouts, wait.is_some()), connections);
        Self {
            region: region.clone(),
            writes: pool(Session::write(name, timeouts, wait), options.connections.writes.get()),
            reads: read(options.connections.reads.get()),
            control_reads: read(1),
            is_control: false,
            lock_wait: wait,
            has_written: Arc::default(),
            announcements: Arc::new(Announcements::new(&shared, name)),
        }
    }

    /// Makes the first connections. Reads before it writes: a database that cannot be written must not keep a server of a known region from starting.
    async fn add_region(&self) -> Result<(), sqlx::Error> {
        // All kinds: later, a new connection and its first call together have the time of one call, which is not enough
        // over a long distance.
        let (reads, control, writes) =
            tokio::join!(self.reads.lease(), self.control_reads.lease(), self.writes.lease());
        reads?.release();
        control?.release();
        let writes = writes.map(Lease::release);
        let region = self.region.as_str();
        let known =
            sqlx::query_scalar!(r#"SELECT count(*) AS "count!" FROM regions WHERE name = $1"#, region)
                .fetch_one(self.reads())
                .await?;
        if known == 0 {
            writes?;
            sqlx::query!("INSERT INTO regions (name, epoch) VALUES ($1, 0) ON CONFLICT DO NOTHING", region)
                .execute(&self.writes)
                .await?;
        }
        Ok(())
    }

    /// Closes the connections.
    pub async fn close(&self) {
        self.announcements.close().await;
        self.writes.close();
        self.reads.close();
        self.control_reads.close();
    }
}

#[cfg(test)]
mod tests {
    use jeton_core::store::Migrate;

    use super::*;

    #[tokio::test]
    async fn the_debug_text_of_a_store_has_no_password() {
        let location =
            Location::from_url("postgres://jeton:canary@127.0.0.1:1/jeton?password=canary").unwrap();
        let store = PostgresStore::with_pools(&location, &"us".parse().unwrap(), &Migrate::Never.into());
        let shown = format!("{store:?} {store:#?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}
