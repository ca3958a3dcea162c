//! Reading who changed what.

use async_trait::async_trait;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::request::{AuditFilter, AuditPage, ChainPage};
use crate::value::Chain;
use crate::view::{AuditRecord, AuditVerdict, ChainHead};

/// Reads the audit log. Needs no key of the region: anyone with a copy of the database can verify the log.
#[async_trait]
pub trait AuditReading: Send + Sync + std::fmt::Debug {
    /// A page of the records that match `filter`, of all regions. An unknown action or kind, and an id that is not one of
    /// its kind, are [`InvalidRequest`](crate::error::InvalidRequest): they would match no record, whatever happened.
    async fn list_audit(
        &self,
        by: &Authority,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, AdminError>;

    /// The chains of the log, ordered by name.
    async fn list_audit_chains(&self, by: &Authority) -> Result<Vec<Chain>, AdminError>;

    /// A page of the records of one chain, from which their digests can be recomputed.
    async fn list_audit_chain(
        &self,
        by: &Authority,
        page: &ChainPage,
    ) -> Result<Vec<AuditRecord>, AdminError>;

    /// Checks all chains of the log, which must contain `expected_heads`, then the summaries of clients' revocations
    /// against those that are still stored. Calls `progress` from time to time with the number of records checked so far.
    async fn verify_audit(
        &self,
        by: &Authority,
        expected_heads: &[ChainHead],
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<AuditVerdict, AdminError>;
}
