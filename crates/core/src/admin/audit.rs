//! Checking that the audit log is what was written, page by page, so that a long one needs no memory.
//!
//! Needs no master key: whoever keeps a copy of the database can do it.

use super::audit_chain::{BrokenLog, ChainCheck, ChainHead, IntactLog};
use crate::store::{AuditFilter, AuditLog, AuditOrder, AuditPage, StoreError};

/// What a check of the log found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditVerdict {
    /// It is whole.
    Intact(IntactLog),
    /// It is not.
    Broken(BrokenLog),
}

/// Checks the chain of the whole log, which must hold the head that was `noted` earlier. After each page `progress`
/// hears how many records were checked.
///
/// # Errors
/// [`StoreError`] when the log cannot be read to its end.
pub async fn verify_audit<L: AuditLog + ?Sized>(
    log: &L,
    noted: Option<ChainHead>,
    mut progress: impl FnMut(u64) + Send,
) -> Result<AuditVerdict, StoreError> {
    let everything = AuditFilter::default();
    let mut check = ChainCheck::new(noted);
    loop {
        let beyond = Some(check.last());
        let page = AuditPage { order: AuditOrder::OldestFirst, beyond, limit: PAGE };
        let records = log.list_audit(&everything, &page).await?;
        if records.is_empty() {
            break;
        }
        if let Err(broken) = check.page(&records) {
            return Ok(AuditVerdict::Broken(broken));
        }
        progress(check.records());
    }
    Ok(check.end().map_or_else(AuditVerdict::Broken, AuditVerdict::Intact))
}

const PAGE: u32 = 500;
