//! The audit log.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::AuditReading;
use jeton_admin::error::AdminError;
use jeton_admin::request::{AuditFilter, AuditPage};
use jeton_admin::view::AuditRecord;

use super::StoreAdministration;

#[async_trait]
impl AuditReading for StoreAdministration {
    async fn list_audit(
        &self,
        by: &Authority,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, AdminError> {
        Ok(self.administrator(by).store().list_audit(filter, page).await?)
    }
}
