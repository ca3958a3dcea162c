//! Whether a master key fits what a store holds, told from what was read of it.

use jeton_protocol::RegionName;

use super::key_ring::unsealed;
use super::{KeyRing, KeyRingError};
use crate::master_key::{MasterKey, MasterKeyError};
use crate::model::{Key, KeyKind};

/// Whether `master_key` is the one that the store remembers.
///
/// # Errors
/// [`KeyRingError::MasterKey`] when it is another one.
pub fn check_master_key(stored_check: &[u8], master_key: &MasterKey) -> Result<(), KeyRingError> {
    if stored_check == master_key.check_value() { Ok(()) } else { Err(MasterKeyError::Unsealable.into()) }
}

/// Whether `master_key` opens every key of the region that a start needs.
///
/// # Errors
/// [`KeyRingError`] for the first key that it does not open.
pub fn check_keys(stored: &[Key], region: &RegionName, master_key: &MasterKey) -> Result<(), KeyRingError> {
    let sealer = master_key.private_key_sealer();
    if let Some(lookup) = stored.iter().find(|key| key.kind == KeyKind::Lookup) {
        unsealed(lookup, region, &sealer)?;
    }
    let (_, unreadable) = KeyRing::open(stored, region, &sealer, &KeyRing::default());
    unreadable.into_iter().next().map_or(Ok(()), |(_, error)| Err(error))
}
