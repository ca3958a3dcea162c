//! Opens a database. Checks that it is a Jeton database and migrated before the pools are made.

use std::sync::Arc;

use jeton_core::store::{LockWait, Locked, Migrate, OpenError, OpenOptions};
use jeton_protocol::RegionName;

use crate::announcements::Announcements;
use crate::connection::connect;
use crate::connection::error::not_opened;
use crate::connection::lock_wait::{explained, with_notice};
use crate::connection::migrations::{create_or_migrate, is_missing, require_migrated};
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
        let OpenOptions { migrate, lock_wait: wait } = options.into();
        let location = Location::from_url(url)?;
        match migrate {
            Migrate::Pending => drop(create_or_migrate(&location, wait).await?),
            Migrate::New if is_missing(&location).await? => drop(create_or_migrate(&location, wait).await?),
            Migrate::New | Migrate::Never => require_migrated(&location).await?,
        }
        let store = Self::with_pools(&location, region, wait);
        match with_notice(wait, Box::pin(store.add_region())).await {
            Ok(()) => Ok(store),
            Err(error) => {
                store.close().await;
                Err(not_opened(&location, explained(wait, error, Locked::First)))
            }
        }
    }

    pub(super) fn with_pools(location: &Location, region: &RegionName, lock_wait: Option<LockWait>) -> Self {
        Self {
            region: region.clone(),
            writes: connect::write_pool(location, lock_wait),
            reads: connect::read_pool(location, lock_wait),
            control_reads: connect::control_pool(location, lock_wait),
            is_control: false,
            lock_wait,
            has_written: Arc::default(),
            announcements: Arc::new(Announcements::new(location)),
        }
    }

    /// Makes the first connections. Reads before it writes: a database that cannot be written must not keep a server of a known region from starting.
    async fn add_region(&self) -> Result<(), sqlx::Error> {
        let (reads, writes) =
            tokio::join!(connect::connect_first(&self.reads), connect::connect_first(&self.writes));
        reads?;
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
        self.writes.close().await;
        self.reads.close().await;
        self.control_reads.close().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_debug_text_of_a_store_has_no_password() {
        let location =
            Location::from_url("postgres://jeton:canary@127.0.0.1:1/jeton?password=canary").unwrap();
        let store = PostgresStore::with_pools(&location, &"us".parse().unwrap(), None);
        let shown = format!("{store:?} {store:#?}");
        assert!(!shown.contains("canary"), "{shown}");
    }
}
