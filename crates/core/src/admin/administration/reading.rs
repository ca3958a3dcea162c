//! What administrators can read without the master key.

use std::sync::Arc;

use super::StoreAdministration;
use crate::clock::Clock;
use crate::store::Store;

/// The part of the administration that needs no master key, on the store.
#[derive(Debug)]
pub struct StoreReading {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
}

impl StoreReading {
    /// Reads `store`.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock }
    }
}

impl StoreAdministration {
    pub(super) fn reading(&self) -> StoreReading {
        StoreReading::new(Arc::clone(&self.administrator.store), Arc::clone(&self.administrator.clock))
    }
}
