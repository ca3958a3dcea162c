//! Verifies that the audit log was not changed. Reads page by page, so that memory use does not grow with the log.
//!
//! Needs no master key: anyone with a copy of the database can verify it.

pub use jeton_admin::view::AuditVerdict;

use crate::admin::audit::chain::{ChainCheck, ChainHead};
use crate::store::{AuditFilter, AuditLog, AuditOrder, AuditPage, StoreError};

/// Checks the chain of the whole log. If `expected_head` is given, the log must contain it: a head that an earlier run
/// printed. Calls `progress` after each page with the number of records checked so far.
///
/// # Errors
/// [`StoreError`] if the log cannot be read to its end.
pub async fn verify_audit<L: AuditLog + ?Sized>(
    log: &L,
    expected_head: Option<ChainHead>,
    mut progress: impl FnMut(u64) + Send,
) -> Result<AuditVerdict, StoreError> {
    let all_records = AuditFilter::default();
    let mut check = ChainCheck::new(expected_head);
    loop {
        let after = Some(check.last_sequence());
        let page = AuditPage { order: AuditOrder::OldestFirst, after, limit: PAGE };
        let records = log.list_audit(&all_records, &page).await?;
        if records.is_empty() {
            break;
        }
        if let Err(broken) = check.check_page(&records) {
            return Ok(AuditVerdict::Broken(broken));
        }
        progress(check.records());
    }
    Ok(check.finish().map_or_else(AuditVerdict::Broken, AuditVerdict::Intact))
}

const PAGE: u32 = 500;
