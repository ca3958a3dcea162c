//! Administration of the keys of the region.

use async_trait::async_trait;
use std::collections::BTreeSet;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::request::NewMasterKey;
use crate::value::{KeyId, KeyKind};
use crate::view::{KeyRotation, KeyView};

/// Rotates and revokes keys, and encrypts them under another master key.
#[async_trait]
pub trait KeyAdministration: Send + Sync + std::fmt::Debug {
    /// The keys of the region in any state, oldest first.
    async fn list_keys(&self, by: &Authority) -> Result<Vec<KeyView>, AdminError>;

    /// Makes the next key of each of `kinds` active, or of all kinds that are in use if `kinds` is empty. With `force`, also
    /// if verifiers may not have the next key yet: they may then reject new tokens for a time.
    async fn rotate_keys(
        &self,
        by: &Authority,
        kinds: &BTreeSet<KeyKind>,
        force: bool,
    ) -> Result<KeyRotation, AdminError>;

    /// Revokes a key and all tokens made with it. Returns the keys that changed.
    async fn revoke_key(&self, by: &Authority, id: &KeyId) -> Result<Vec<KeyView>, AdminError>;

    /// Encrypts the keys under another master key. Returns how many; 0 if they are encrypted under it already.
    async fn rewrap_keys(&self, by: &Authority, new: &NewMasterKey) -> Result<usize, AdminError>;
}
