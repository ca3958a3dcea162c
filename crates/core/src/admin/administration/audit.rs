//! The audit log.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::AuditReading;
use jeton_admin::error::AdminError;
use jeton_admin::request::{AuditFilter, AuditPage};
use jeton_admin::view::{AuditRecord, AuditVerdict, ChainHead};

use super::{StoreAdministration, StoreReading};
use crate::admin::audit::filter::checked_filter;
use crate::admin::verify_audit;

#[async_trait]
impl AuditReading for StoreReading {
    async fn list_audit(
        &self,
        _by: &Authority,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, AdminError> {
        Ok(self.store.list_audit(&checked_filter(filter)?, page).await?)
    }

    async fn verify_audit(
        &self,
        _by: &Authority,
        expected_head: Option<ChainHead>,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<AuditVerdict, AdminError> {
        Ok(verify_audit(&*self.store, expected_head, progress).await?)
    }
}

#[async_trait]
impl AuditReading for StoreAdministration {
    async fn list_audit(
        &self,
        by: &Authority,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, AdminError> {
        self.reading().list_audit(by, filter, page).await
    }

    async fn verify_audit(
        &self,
        by: &Authority,
        expected_head: Option<ChainHead>,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<AuditVerdict, AdminError> {
        self.reading().verify_audit(by, expected_head, progress).await
    }
}
