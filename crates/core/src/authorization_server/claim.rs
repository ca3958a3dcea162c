//! Checks that a store and a master key belong together.

use crate::keys::master_key::MasterKey;
use crate::keys::{KeyRingError, check_master_key};
use crate::store::Store;

/// Checks that `master_key` is the store's master key. A store without one gets this one.
///
/// # Errors
/// [`KeyRingError::MasterKey`] when the store has another master key.
pub async fn claim_store(store: &dyn Store, master_key: &MasterKey) -> Result<(), KeyRingError> {
    let check = master_key.check_value();
    // Read first: a store that cannot be written must not prevent a node from serving.
    let stored = match store.find_master_key_check().await? {
        Some(stored) => stored,
        None => store.claim_master_key(&check).await?,
    };
    check_master_key(&stored, master_key)
}
