//! Stores the region's epoch.

use async_trait::async_trait;
use jeton_core::store::transfer::Fence;
use jeton_core::store::{AuditEntry, Conflict, RegionStore, StoreError};

use crate::connection::error::failed;
use crate::{SqliteStore, fence};

#[async_trait]
impl RegionStore for SqliteStore {
    async fn find_region_epoch(&self) -> Result<i64, StoreError> {
        let region = self.region.as_str();
        sqlx::query_scalar!("SELECT epoch FROM regions WHERE name = ?", region)
            .fetch_one(self.reads()?)
            .await
            .map_err(failed)
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let region = self.region.as_str();
        let stored = sqlx::query_scalar!("SELECT epoch FROM regions WHERE name = ?", region)
            .fetch_one(&mut *transaction)
            .await
            .map_err(failed)?;
        let other = stored ^ 1;
        for (read, epoch) in [(stored, other), (other, stored)] {
            sqlx::query!("UPDATE regions SET epoch = ? WHERE name = ? AND epoch = ?", epoch, region, read)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        }
        transaction.commit().await.map_err(failed)
    }

    async fn find_fence(&self) -> Result<Option<Fence>, StoreError> {
        fence::find(self.reads()?).await
    }

    async fn replace_region_epoch(
        &self,
        read: i64,
        epoch: i64,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let region = self.region.as_str();
        let done =
            sqlx::query!("UPDATE regions SET epoch = ? WHERE name = ? AND epoch = ?", epoch, region, read)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
        if done.rows_affected() != 1 {
            return Err(StoreError::Conflict(Conflict::Stale));
        }
        self.commit(transaction, audit).await
    }
}
