//! Reading who changed what.

use async_trait::async_trait;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::request::{AuditFilter, AuditPage};
use crate::view::AuditRecord;

/// Reads the audit log.
#[async_trait]
pub trait AuditReading: Send + Sync + std::fmt::Debug {
    /// A page of the records that match `filter`, of all regions.
    async fn list_audit(
        &self,
        by: &Authority,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, AdminError>;
}
