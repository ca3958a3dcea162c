//! Inspects a database without changing it, to report what opening it would find.

use jeton_core::store::{InspectedStore, KeyStore as _, Migrate, OpenError, StoreError};
use jeton_protocol::RegionName;

use crate::connection::migrations::{State, inspect};
use crate::{Location, PostgresStore};

impl PostgresStore {
    /// Inspects the database of a `postgres:` URL as `region` would see it.
    ///
    /// # Errors
    /// The [`OpenError`] that [`open`](Self::open) would return if it were allowed to migrate.
    pub async fn inspect(url: &str, region: &RegionName) -> Result<InspectedStore, OpenError> {
        let location = Location::from_url(url)?;
        let place = location.to_string();
        let state = inspect(&location).await?;
        if state == State::Empty {
            return Ok(InspectedStore::New { place, folder: None });
        }
        let store = Self::with_pools(&location, region, &Migrate::Never.into());
        let inspected = store.read_keys(place.clone(), state == State::Migrated).await;
        store.close().await;
        inspected.map_err(|error| match error {
            StoreError::Corrupt(source) => OpenError::Corrupt { place, source },
            StoreError::Unavailable(source) | StoreError::OutcomeUnknown(source) => {
                OpenError::Unavailable { place, source }
            }
            other @ (StoreError::Replaced { .. } | StoreError::Fenced(_) | StoreError::Conflict(_)) => {
                OpenError::Unavailable { place, source: other.into() }
            }
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
