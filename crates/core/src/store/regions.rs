//! Keeping the region's epoch.

use async_trait::async_trait;

use super::{AuditEntry, StoreError};

/// Keeps what is the region's own.
#[async_trait]
pub trait RegionStore: Send + Sync + std::fmt::Debug {
    /// The region's epoch; 0 in a new store.
    async fn find_region_epoch(&self) -> Result<i64, StoreError>;

    /// Writes something and undoes it in one transaction, as durable as any other: what the store holds stays as it is.
    /// An error says that nothing can be written now, for example because the disk is full.
    async fn check_writable(&self) -> Result<(), StoreError>;

    /// Replaces the region's epoch; [`Conflict::Stale`](super::Conflict) when it is no longer `read`.
    async fn replace_region_epoch(&self, read: i64, epoch: i64, audit: &AuditEntry)
    -> Result<(), StoreError>;
}
