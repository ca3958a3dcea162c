//! The key of the lookups of secrets, which outlives the master key it was derived from.

use jeton_protocol::RegionName;

use super::KeyRingError;
use super::key_ring::unsealed;
use crate::master_key::{MasterKey, SecretIndexer};
use crate::model::KeyKind;
use crate::store::Store;

/// Computes lookups as they always were in this region: under the kept key where the master key was replaced, else
/// under the one derived from the master key.
///
/// # Errors
/// [`KeyRingError`] when the store does not answer, or the master key does not open the kept key.
pub(crate) async fn secret_indexer(
    store: &dyn Store,
    region: &RegionName,
    master_key: &MasterKey,
) -> Result<SecretIndexer, KeyRingError> {
    let keys = store.list_keys().await?;
    match keys.iter().find(|key| key.kind == KeyKind::Lookup) {
        Some(key) => Ok(SecretIndexer::of(&unsealed(key, region, &master_key.private_key_sealer())?)),
        None => Ok(master_key.secret_indexer()),
    }
}
