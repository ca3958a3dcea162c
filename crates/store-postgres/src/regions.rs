//! Stores the region's epoch.

use async_trait::async_trait;
use jeton_core::store::transfer::Fence;
use jeton_core::store::{AuditEntry, Conflict, RegionStore, StoreError};

use crate::connection::error::failed;
use crate::{PostgresStore, fence};

#[async_trait]
impl RegionStore for PostgresStore {
    async fn find_region_epoch(&self) -> Result<i64, StoreError> {
        let region = self.region.as_str();
        sqlx::query_scalar!("SELECT epoch FROM regions WHERE name = $1", region)
            .fetch_one(self.reads())
            .await
            .map_err(failed)
    }

    async fn check_writable(&self) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let region = self.region.as_str();
            // The server writes the row also if the value stays the same.
            sqlx::query!("UPDATE regions SET epoch = epoch WHERE name = $1", region)
                .execute(&mut *transaction)
                .await
                .map_err(failed)?;
            fence::commit(transaction).await
        })
        .await
    }

    async fn find_fence(&self) -> Result<Option<Fence>, StoreError> {
        fence::find(self.reads()).await
    }

    async fn replace_region_epoch(
        &self,
        read: i64,
        epoch: i64,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let region = self.region.as_str();
            let done = sqlx::query!(
                "UPDATE regions SET epoch = $1 WHERE name = $2 AND epoch = $3",
                epoch,
                region,
                read
            )
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            if done.rows_affected() != 1 {
                return Err(StoreError::Conflict(Conflict::Stale));
            }
            self.commit(transaction, audit).await
        })
        .await
    }
}
