//! Keeping signing keys, and knowing which master key sealed them.

use async_trait::async_trait;

use super::{AuditEntry, StoreError};
use crate::model::SigningKey;

/// Keeps the region's signing keys, private parts sealed.
#[async_trait]
pub trait KeyStore: Send + Sync + std::fmt::Debug {
    /// The region's keys, oldest first.
    async fn list_signing_keys(&self) -> Result<Vec<SigningKey>, StoreError>;

    /// Adds a key; [`Conflict::Exists`](super::Conflict) when the region has an active one of its algorithm.
    async fn add_signing_key(&self, key: &SigningKey, audit: &AuditEntry) -> Result<(), StoreError>;

    /// What [`claim_master_key`](Self::claim_master_key) has stored, or nothing in a store without keys.
    async fn find_master_key_check(&self) -> Result<Option<Vec<u8>>, StoreError>;

    /// Stores `check` unless one is stored already, and returns the stored one: of two first starts at once,
    /// both learn which master key won.
    async fn claim_master_key(&self, check: &[u8]) -> Result<Vec<u8>, StoreError>;
}
