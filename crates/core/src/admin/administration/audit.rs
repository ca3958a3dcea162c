//! The audit log.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::AuditReading;
use jeton_admin::error::AdminError;
use jeton_admin::request::{AuditFilter, AuditPage, ChainPage};
use jeton_admin::value::Chain;
use jeton_admin::view::{AuditRecord, AuditVerdict, ChainHead};

use super::{StoreAdministration, StoreReading};
use crate::admin::audit::filter::checked_filter;
use crate::admin::audit::summaries::verify_summaries;
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

    async fn list_audit_chains(&self, _by: &Authority) -> Result<Vec<Chain>, AdminError> {
        Ok(self.store.list_chains().await?.into_iter().map(|chain| chain.end.chain).collect())
    }

    async fn list_audit_chain(
        &self,
        _by: &Authority,
        page: &ChainPage,
    ) -> Result<Vec<AuditRecord>, AdminError> {
        Ok(self.store.list_chain(page).await?)
    }

    async fn verify_audit(
        &self,
        _by: &Authority,
        expected_heads: &[ChainHead],
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<AuditVerdict, AdminError> {
        let verdict = verify_audit(&*self.store, expected_heads, progress).await?;
        if let AuditVerdict::Intact(_) = verdict
            && let Some(broken) = verify_summaries(&*self.store, self.clock.now()).await?
        {
            return Ok(AuditVerdict::Broken(broken));
        }
        Ok(verdict)
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

    async fn list_audit_chains(&self, by: &Authority) -> Result<Vec<Chain>, AdminError> {
        self.reading().list_audit_chains(by).await
    }

    async fn list_audit_chain(
        &self,
        by: &Authority,
        page: &ChainPage,
    ) -> Result<Vec<AuditRecord>, AdminError> {
        self.reading().list_audit_chain(by, page).await
    }

    async fn verify_audit(
        &self,
        by: &Authority,
        expected_heads: &[ChainHead],
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Result<AuditVerdict, AdminError> {
        self.reading().verify_audit(by, expected_heads, progress).await
    }
}
