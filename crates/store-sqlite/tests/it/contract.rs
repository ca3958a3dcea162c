//! Runs the contract tests that every store must pass.

use std::sync::Arc;

use async_trait::async_trait;
use jeton_core::store::{Migrate, Store};
use jeton_protocol::RegionName;
use jeton_store_contract::FreshDatabase;
use jeton_store_sqlite::SqliteStore;

use crate::samples::TestFolder;

jeton_store_contract::store_contract!(TestFolder::new());

#[async_trait]
impl FreshDatabase for TestFolder {
    async fn open(&self, region: &RegionName) -> Arc<dyn Store> {
        Arc::new(SqliteStore::open(&self.url(), region, Migrate::Pending).await.unwrap())
    }
}
