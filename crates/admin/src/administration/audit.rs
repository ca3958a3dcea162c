//! Reading who changed what.

use async_trait::async_trait;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::request::{AuditFilter, AuditPage};
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

    /// Checks the chain of the whole log. If `expected_head` is given, the log must contain it. Calls `progress` from time
    /// to time with the number of records checked so far.
    async fn verify_audit(
        &self,
        by: &Authority,
        expected_head: Option<ChainHead>,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<AuditVerdict, AdminError>;
}
