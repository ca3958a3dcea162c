//! Keeping keys, and knowing which master key encrypted them.

use async_trait::async_trait;

use super::{AuditEntry, StoreError};
use crate::model::Key;

/// Keeps the region's keys, encrypted.
#[async_trait]
pub trait KeyStore: Send + Sync + std::fmt::Debug {
    /// The region's keys in whatever state, oldest first.
    async fn list_keys(&self) -> Result<Vec<Key>, StoreError>;

    /// Changes keys, all or none.
    ///
    /// [`Conflict::Stale`](super::Conflict) when a replaced key's `version` is not the stored one, or the region's
    /// master key is not that of the change, or a key would stay encrypted under a master key that the region no longer
    /// has; [`Conflict::Exists`](super::Conflict) when two keys of a kind would be
    /// active, or two published. The stored version of a replaced key becomes one higher.
    async fn change_keys(&self, change: &KeyChange, audit: &AuditEntry) -> Result<(), StoreError>;

    /// What [`claim_master_key`](Self::claim_master_key) has stored, or nothing in a store without keys.
    async fn find_master_key_check(&self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Stores `check` unless one is stored already, and returns the stored one: of two first starts at once,
    /// both learn which master key won.
    async fn claim_master_key(&self, check: &[u8]) -> Result<Vec<u8>, StoreError>;
}

/// Keys that change together.
#[derive(Debug, Clone)]
pub struct KeyChange {
    /// The check value of the master key that the region must have.
    pub master_key_check: Vec<u8>,
    /// The one that it has from then on; nothing: the same.
    pub new_master_key_check: Option<Vec<u8>>,
    /// Keys in their new states, written in this order.
    pub replaced: Vec<Key>,
    /// New keys.
    pub added: Vec<Key>,
}

impl KeyChange {
    /// Nothing yet, for the region of this master key.
    #[must_use]
    pub fn new(master_key_check: [u8; 32]) -> Self {
        let master_key_check = master_key_check.to_vec();
        Self { master_key_check, new_master_key_check: None, replaced: Vec::new(), added: Vec::new() }
    }
}
