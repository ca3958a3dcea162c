//! Adding many accounts or revocations at once.

use async_trait::async_trait;

use super::{AuditEntry, StoreError};
use crate::model::{Account, Revocation};

/// Adds many values at once: for imports, copies of stores and load tests. A server that answers requests does not use
/// it.
///
/// Each call is one transaction: all values of the batch and all of its audit records are written, or none. Other
/// writers wait until it is committed, so a few thousand values are a good size.
///
/// The caller decides how the batch is audited, because only the caller knows who made the change and whether it is
/// recorded elsewhere. An import passes one entry for each value, like the single writes. A load test, whose values have
/// no administrator, passes one for the batch. The records are written in the order of `audit`, and each is an entry of
/// the change feed: it is how running nodes learn of the batch, so an empty `audit` is only for a store that no node has
/// open.
#[async_trait]
pub trait BulkStore: Send + Sync + std::fmt::Debug {
    /// Adds accounts with their grants and credentials. The last uses in `accounts` are not stored.
    ///
    /// The checks and errors are those of [`AccountStore::add_account`](super::AccountStore::add_account), also between
    /// the accounts of the batch. One rule is stricter: the id of a deleted account is
    /// [`Conflict::Exists`](super::Conflict), whatever the epoch. An entry for the whole batch does not make nodes read
    /// the epoch of an account that exists again.
    ///
    /// The subject of an entry for the whole batch is the region. Nodes then forget which accounts were missing, and
    /// read again whether there are imported secrets.
    async fn add_accounts(&self, accounts: &[Account], audit: &[AuditEntry]) -> Result<(), StoreError>;

    /// Adds revocations. [`Conflict::Exists`](super::Conflict) if a token is already revoked, or is in the batch twice.
    ///
    /// The subject of an entry for the whole batch is one of the tokens. Nodes then read all new revocations.
    async fn add_revocations(
        &self,
        revocations: &[Revocation],
        audit: &[AuditEntry],
    ) -> Result<(), StoreError>;
}
