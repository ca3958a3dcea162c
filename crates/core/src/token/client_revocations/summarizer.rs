//! Writes summaries of clients' revocations into the audit log.
//!
//! A summary is computed only from committed rows, and it is written in one transaction with how far they are
//! summarized. So a node that stops at any moment loses none, and of two nodes at once only one writes.

use std::sync::Arc;

use crate::context::Context;
use crate::model::Actor;
use crate::node::store_writes::{StoreWrite, StoreWrites};
use crate::store::{Action, AuditEntry, Conflict, RevocationNumber, RevocationRange, StoreError, Subject};
use crate::token::client_revocations::summary::RevocationSummary;

/// Summarizes the revocations of the region.
#[derive(Debug)]
pub(crate) struct RevocationSummarizer {
    pub(crate) context: Context,
    pub(crate) writes: Arc<StoreWrites>,
}

impl RevocationSummarizer {
    /// Summarizes the revocations since the last summary. Returns how many this node summarized.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not answer. The next call retries.
    pub(crate) async fn summarize(&self) -> Result<u64, StoreError> {
        let mut summarized = 0;
        loop {
            let count = self.summarize_next().await?;
            summarized += count;
            if count < MAX_PER_SUMMARY {
                return Ok(summarized);
            }
        }
    }

    /// Writes one summary. Returns 0 if there was nothing to summarize, or if another node was faster.
    async fn summarize_next(&self) -> Result<u64, StoreError> {
        let store = &self.context.store;
        let summarized = store.find_summarized().await?;
        let mut range = RevocationRange { after: summarized, through: RevocationNumber(i64::MAX) };
        let mut summary = RevocationSummary::default();
        while summary.count() < MAX_PER_SUMMARY {
            let page = store.list_client_revocations(&self.context.region, range, PAGE).await?;
            summary.add(&page);
            range.after = summary.last();
            if page.len() < PAGE as usize {
                break;
            }
        }
        let (count, last) = (summary.count(), summary.last());
        let Some(document) = summary.into_document() else { return Ok(0) };
        let now = self.context.clock.now();
        let audit = AuditEntry {
            at: now,
            actor: Actor::Server,
            action: Action::SummarizeRevocations,
            tenant: None,
            subject: Subject::Region(self.context.region.clone()),
            before: None,
            after: Some(document),
        };
        let written = store.add_revocation_summary(summarized, last, &audit).await;
        self.writes.record(StoreWrite::RevocationSummary, &written, now);
        match written {
            Ok(()) => Ok(count),
            Err(StoreError::Conflict(Conflict::Stale)) => Ok(0),
            Err(error) => Err(error),
        }
    }
}

/// A multiple of [`PAGE`]. Bounds the memory of the counters, and the time of one verification step.
const MAX_PER_SUMMARY: u64 = 100_000;
const PAGE: u32 = 5_000;
