//! How the set of existing ids is read.

use super::Directory;
use crate::store::StoreError;

impl Directory {
    /// Waits until the set of existing ids must be read, and reads it. Called again and again.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer. Until a later call succeeds, look-ups of unknown ids are limited.
    pub async fn read_known_ids(&self) -> Result<(), StoreError> {
        self.known_ids.wait_until_outdated().await;
        self.known_ids.read(&*self.control).await
    }

    /// The number of ids in memory, if the set is whole.
    #[must_use]
    pub fn known_id_count(&self) -> Option<usize> {
        self.known_ids.count()
    }
}
