//! The key for the lookups of secrets. It stays the same when the master key that it was derived from is replaced.

use jeton_protocol::RegionName;

use super::KeyRingError;
use super::key_ring::unseal;
use crate::keys::master_key::{MasterKey, SecretIndexer};
use crate::model::KeyKind;
use crate::store::Store;

/// The indexer for this region. It uses the stored lookup key if the master key was replaced, else the one derived from
/// the master key.
///
/// # Errors
/// [`KeyRingError`] when the store does not answer, or the master key does not decrypt the stored key.
pub(crate) async fn secret_indexer(
    store: &dyn Store,
    region: &RegionName,
    master_key: &MasterKey,
) -> Result<SecretIndexer, KeyRingError> {
    let keys = store.list_keys().await?;
    match keys.iter().find(|key| key.kind == KeyKind::Lookup) {
        Some(key) => Ok(SecretIndexer::of(&unseal(key, region, &master_key.private_key_sealer())?)),
        None => Ok(master_key.secret_indexer()),
    }
}
