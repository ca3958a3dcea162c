//! Storage of the region's epoch.

use async_trait::async_trait;

use super::transfer::Fence;
use super::{AuditEntry, StoreError};

/// Stores the data of the region itself.
#[async_trait]
pub trait RegionStore: Send + Sync + std::fmt::Debug {
    /// The region's epoch; 0 in a new store.
    async fn find_region_epoch(&self) -> Result<i64, StoreError>;

    /// Checks that the store can be written: writes a value and restores it in one durable transaction. The stored data
    /// does not change. An error means that writes fail now, for example because the disk is full.
    async fn check_writable(&self) -> Result<(), StoreError>;

    /// Why the store refuses changes, if it was copied to another one and does.
    async fn find_fence(&self) -> Result<Option<Fence>, StoreError>;

    /// Replaces the region's epoch; [`Conflict::Stale`](super::Conflict) if it is no longer `read`.
    async fn replace_region_epoch(&self, read: i64, epoch: i64, audit: &AuditEntry)
    -> Result<(), StoreError>;
}
