//! Storage of keys and of the check value of the master key that encrypts them.

use async_trait::async_trait;

use super::{AuditEntry, StoreError};
use crate::model::Key;

/// Stores the encrypted keys of the region.
#[async_trait]
pub trait KeyStore: Send + Sync + std::fmt::Debug {
    /// The region's keys in any state, oldest first.
    async fn list_keys(&self) -> Result<Vec<Key>, StoreError>;

    /// Changes keys, all or none. The stored version of a replaced key increases by one.
    ///
    /// [`Conflict::Stale`](super::Conflict) if the `version` of a replaced key is not the stored one, if the region's
    /// master key is not that of the change, or if a key would stay encrypted under a master key that the region no
    /// longer has. [`Conflict::Exists`](super::Conflict) if two keys of a kind would be active, or two published.
    async fn change_keys(&self, change: &KeyChange, audit: &AuditEntry) -> Result<(), StoreError>;

    /// The check value that [`claim_master_key`](Self::claim_master_key) has stored; `None` in a store without keys.
    async fn find_master_key_check(&self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Stores `check` unless a check value is already stored, and returns the stored one. If two first starts run
    /// concurrently, both learn which master key won.
    async fn claim_master_key(&self, check: &[u8]) -> Result<Vec<u8>, StoreError>;
}

/// Keys to change together.
#[derive(Debug, Clone)]
pub struct KeyChange {
    /// The check value of the master key that the region must have now.
    pub master_key_check: Vec<u8>,
    /// The check value of the new master key; `None` if it does not change.
    pub new_master_key_check: Option<Vec<u8>>,
    /// Existing keys with their new states, written in this order.
    pub replaced: Vec<Key>,
    /// New keys.
    pub added: Vec<Key>,
}

impl KeyChange {
    /// An empty change for a region with this master key.
    #[must_use]
    pub fn new(master_key_check: [u8; 32]) -> Self {
        let master_key_check = master_key_check.to_vec();
        Self { master_key_check, new_master_key_check: None, replaced: Vec::new(), added: Vec::new() }
    }
}
