//! Waiting until running nodes have applied what an administrator changed.

use super::Administrator;
use crate::confirmation::{NodeConfirmation, confirm};
use crate::store::StoreError;

impl Administrator {
    /// Waits at most two seconds until every running node of the region has applied what is stored now, and says which
    /// have.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not tell which nodes there are. The change itself is stored.
    pub async fn confirm_in_region(&self) -> Result<Vec<NodeConfirmation>, StoreError> {
        confirm(&*self.store, &*self.clock, Some(&self.region)).await
    }

    /// The same for the nodes of every region, for what the regions share.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not tell which nodes there are. The change itself is stored.
    pub async fn confirm_in_all_regions(&self) -> Result<Vec<NodeConfirmation>, StoreError> {
        confirm(&*self.store, &*self.clock, None).await
    }
}
