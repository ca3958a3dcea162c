//! Inspects a database without changing it, to report what opening it would find.

use std::path::Path;
use std::sync::Arc;

use jeton_core::store::{InspectedStore, KeyStore as _, OpenError, StoreError};
use jeton_protocol::RegionName;
use sqlx::sqlite::SqlitePoolOptions;

use crate::connection::error::{not_opened, not_reached};
use crate::connection::migrations::{DatabaseGuard, find, pending};
use crate::connection::replaced::Connections;
use crate::connection::{connect, files};
use crate::{Location, SqliteStore};

impl SqliteStore {
    /// Inspects the database of a `sqlite:` URL as `region` would see it.
    ///
    /// # Errors
    /// The [`OpenError`] that [`open`](Self::open) would return if it were allowed to migrate and to create a file.
    pub async fn inspect(url: &str, region: &RegionName) -> Result<InspectedStore, OpenError> {
        let location = Location::from_url(url)?;
        let place = location.to_string();
        let Some(file) = find(&location)? else {
            files::check_creatable(location.path()).map_err(|error| not_reached(&location, error))?;
            let folder = location.path().parent().map(Path::to_path_buf);
            return Ok(InspectedStore::New { place, folder });
        };
        let is_current = pending(&location).await?.is_empty();
        let reads =
            SqlitePoolOptions::new().max_connections(1).connect_with(connect::inspection_options(&location));
        let reads = reads.await.map_err(|error| not_opened(&location, error))?;
        // A write fails, because the write pool is this read-only one.
        let connections =
            Connections::new(location.path(), DatabaseGuard::unlocked(file), reads.clone(), reads);
        let store = Self {
            region: region.clone(),
            is_control: false,
            connections: Arc::new(connections),
            lock_wait: None,
            has_written: Arc::default(),
        };
        let inspected = store.read_keys(place.clone(), is_current).await;
        // Close the connections while `OpenFiles` still counts the file as open.
        store.close().await;
        inspected.map_err(|error| match error {
            StoreError::Corrupt(source) => OpenError::Corrupt { place, source },
            StoreError::Unavailable(source) | StoreError::OutcomeUnknown(source) => {
                OpenError::Unavailable { place, source }
            }
            other @ (StoreError::Replaced { .. } | StoreError::Fenced(_)) => {
                OpenError::Unavailable { place, source: other.into() }
            }
            StoreError::Conflict(conflict) => OpenError::Unavailable { place, source: conflict.into() },
        })
    }

    async fn read_keys(&self, place: String, is_current: bool) -> Result<InspectedStore, StoreError> {
        let master_key_check = self.find_master_key_check().await?;
        if is_current {
            Ok(InspectedStore::Current { master_key_check, keys: self.list_keys().await? })
        } else {
            Ok(InspectedStore::Outdated { place, master_key_check })
        }
    }
}
