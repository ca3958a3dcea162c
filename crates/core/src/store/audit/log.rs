//! Reading the audit log.

use async_trait::async_trait;

use crate::model::Timestamp;
use crate::store::{AuditFilter, AuditPage, AuditRecord, ChainEnd, ChainPage, StoreError};

/// A chain as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChain {
    /// Its end. It stays where it is if the last records are removed.
    pub end: ChainEnd,
    /// The time of the last record, by the clock of its writer; `None` if the record is missing.
    pub last_at: Option<Timestamp>,
}

/// Reads the audit log of the whole database, with all regions.
#[async_trait]
pub trait AuditLog: Send + Sync + std::fmt::Debug {
    /// A page of the records that match `filter`, of all chains by time.
    async fn list_audit(
        &self,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, StoreError>;

    /// The chains that have records or an end, ordered by name, in one snapshot.
    async fn list_chains(&self) -> Result<Vec<StoredChain>, StoreError>;

    /// A page of the records of one chain, in the order of their numbers.
    async fn list_chain(&self, page: &ChainPage) -> Result<Vec<AuditRecord>, StoreError>;
}
