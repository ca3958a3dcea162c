//! Reading the audit log.

use async_trait::async_trait;

use crate::store::{AuditFilter, AuditPage, AuditRecord, StoreError};

/// Reads the audit log of the whole database, with all regions. The chain can only be verified as a whole.
#[async_trait]
pub trait AuditLog: Send + Sync + std::fmt::Debug {
    /// A page of the records that match `filter`.
    async fn list_audit(
        &self,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, StoreError>;
}
