//! Reads the catalog: at the start, after changes, and when a cached account needs a newer one.

use std::sync::Arc;

use super::Directory;
use crate::keys::KeyRingError;
use crate::memory::catalog::CachedCatalog;
use crate::model::{Account, Algorithm, KeyId};
use crate::refusal::Unavailable;
use crate::store::StoreError;
use crate::store::calls::deadline::read_with_deadline;

impl Directory {
    /// Reads the catalog again if this account was granted a resource that was created after the catalog was read. The
    /// old catalog would refuse what the administrator has allowed. Of several callers one reads it.
    ///
    /// # Errors
    /// [`Unavailable`] when the store does not answer within a second.
    pub(crate) async fn ensure_catalog_covers(&self, account: &Account) -> Result<(), Unavailable> {
        if self.covers(account) {
            return Ok(());
        }
        let read = async {
            let _one_reads = self.catalog_read.lock().await;
            if self.covers(account) {
                return Ok(());
            }
            let needed = self.min_catalog.load();
            self.reload_catalog().await.map_err(|error| match error {
                KeyRingError::Store(error) => error,
                other => StoreError::Corrupt(other.into()),
            })?;
            // It was read after all accounts that needed it, even if a restored store counts from lower numbers.
            self.min_catalog.reset(needed);
            Ok(())
        };
        Ok(read_with_deadline(read).await?)
    }

    /// A resource that was deleted is in no catalog.
    fn covers(&self, account: &Account) -> bool {
        let catalog = self.catalog.load();
        catalog.position.includes(self.min_catalog.load()) || !catalog.lacks_resource_of(account)
    }

    /// A node that cannot sign must not start. A node that has its keys starts even if the store cannot be written.
    pub(super) async fn read_first_catalog(&self) -> Result<(), KeyRingError> {
        let unreadable = self.reload_catalog().await?;
        if let Some((_, error)) = unreadable.into_iter().next() {
            return Err(error);
        }
        // Other key maintenance does not belong here: commands open the store too, and only read it.
        if self.catalog.load().keys.active(Algorithm::Es256).is_none() {
            self.keeper.maintain().await?;
            self.reload_catalog().await?;
        }
        Ok(())
    }

    /// Reads resources and keys again. Returns the keys that cannot be opened. Keys that were opened before still work.
    pub(super) async fn reload_catalog(&self) -> Result<Vec<(KeyId, KeyRingError)>, KeyRingError> {
        let read = self.control.find_catalog().await?;
        let (keys, unreadable) = self.keeper.open(&read.value.keys, &self.catalog.load().keys);
        let resources = read.value.resources.into_iter();
        let catalog = Arc::new(CachedCatalog {
            resources: resources.map(|resource| (resource.uri.clone(), Arc::new(resource))).collect(),
            keys,
            region_epoch: read.value.region_epoch,
            holds_imported_secrets: read.value.holds_imported_secrets,
            position: read.position,
        });
        // Of two concurrent reads the later snapshot wins, whichever finishes last. Otherwise a revoked key would be
        // trusted again. Only after a gap may the change feed start again at lower numbers.
        let is_after_gap = self.is_in_gap();
        let is_newer = |current: &CachedCatalog| is_after_gap || catalog.position.includes(current.position);
        let before =
            self.catalog.rcu(|current| Arc::clone(if is_newer(current) { &catalog } else { current }));
        if before.region_epoch != catalog.region_epoch {
            self.revocation_feed_versions.raise_all();
        }
        Ok(unreadable)
    }
}
