//! Runs the contract tests that every store must pass.

use std::sync::Arc;

use async_trait::async_trait;
use jeton_core::store::Store;
use jeton_protocol::RegionName;
use jeton_store_contract::FreshDatabase;

use crate::samples::TestDatabase;

jeton_store_contract::store_contract!(TestDatabase::new().await);

#[async_trait]
impl FreshDatabase for TestDatabase {
    async fn open(&self, region: &RegionName) -> Arc<dyn Store> {
        Arc::new(self.open_patient(region).await)
    }
}
