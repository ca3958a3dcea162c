//! Waits until running nodes have applied the changes of an administrator.

use jeton_admin::view::NodeConfirmation;

use super::Administrator;
use crate::node::confirm::confirm;
use crate::store::StoreError;

impl Administrator {
    /// Waits at most two seconds until every running node of the region has applied all stored changes. Reports for
    /// each node whether it has, also for those that no longer report but may still serve from memory.
    ///
    /// # Errors
    /// [`StoreError`] if the nodes cannot be read from the store. The change itself is stored.
    pub async fn confirm_in_region(&self) -> Result<Vec<NodeConfirmation>, StoreError> {
        confirm(&*self.store, &*self.clock, Some(&self.region), self.serve_stale_for).await
    }

    /// Like [`confirm_in_region`](Self::confirm_in_region) for the nodes of all regions: for changes to tenants and
    /// resources, which the regions share.
    ///
    /// # Errors
    /// [`StoreError`] if the nodes cannot be read from the store. The change itself is stored.
    pub async fn confirm_in_all_regions(&self) -> Result<Vec<NodeConfirmation>, StoreError> {
        confirm(&*self.store, &*self.clock, None, self.serve_stale_for).await
    }
}
