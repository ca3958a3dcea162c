//! The contract of all stores.

use std::sync::Arc;

use async_trait::async_trait;
use jeton_core::store::{Migrate, Store};
use jeton_core::store_contract::FreshDatabase;
use jeton_protocol::RegionName;
use jeton_store_sqlite::SqliteStore;

use crate::samples::Folder;

jeton_core::store_contract!(Folder::new());

#[async_trait]
impl FreshDatabase for Folder {
    async fn open(&self, region: &RegionName) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(&self.url(), region, Migrate::Pending).await.unwrap())
    }
}
