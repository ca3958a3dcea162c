//! Checks whether a master key matches the data of a store, without reading the store itself.

use jeton_protocol::RegionName;

use super::key_ring::unseal;
use super::{KeyRing, KeyRingError};
use crate::keys::master_key::{MasterKey, MasterKeyError};
use crate::model::{Key, KeyKind};

/// Checks that `master_key` is the master key of the store.
///
/// # Errors
/// [`KeyRingError::MasterKey`] when the store has another master key.
pub fn check_master_key(stored_check: &[u8], master_key: &MasterKey) -> Result<(), KeyRingError> {
    if stored_check == master_key.check_value() { Ok(()) } else { Err(MasterKeyError::Unsealable.into()) }
}

/// Checks that `master_key` decrypts every key of the region that a node needs to start.
///
/// # Errors
/// [`KeyRingError`] for the first key that it does not decrypt.
pub fn check_keys(stored: &[Key], region: &RegionName, master_key: &MasterKey) -> Result<(), KeyRingError> {
    let sealer = master_key.private_key_sealer();
    if let Some(lookup) = stored.iter().find(|key| key.kind == KeyKind::Lookup) {
        unseal(lookup, region, &sealer)?;
    }
    let (_, unreadable) = KeyRing::open(stored, region, &sealer, &KeyRing::default());
    unreadable.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
}
