//! Reads the audit log.

use async_trait::async_trait;
use jeton_core::model::Timestamp;
use jeton_core::store::{
    AuditFilter, AuditLog, AuditOrder, AuditPage, AuditRecord, RecordDigest, Sequence, StoreError,
};

use crate::SqliteStore;
use crate::connection::error::failed;

#[async_trait]
impl AuditLog for SqliteStore {
    async fn list_audit(
        &self,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let (actor, action) = (filter.actor.as_deref(), filter.action.as_deref());
        let since = filter.since.map_or(i64::MIN, Timestamp::unix);
        let until = filter.until.map_or(i64::MAX, Timestamp::unix);
        let position = page.after.map(|Sequence(sequence)| sequence);
        let (after, before) = (position.unwrap_or(0), position.unwrap_or(i64::MAX));
        let rows = match (&filter.subject, page.order) {
            (None, AuditOrder::OldestFirst) => {
                select_audit!(
                    "seq > ?5 ORDER BY seq LIMIT ?6",
                    since,
                    until,
                    actor,
                    action,
                    after,
                    page.limit
                )
                .fetch_all(self.reads()?)
                .await
            }
            (None, AuditOrder::NewestFirst) => {
                select_audit!(
                    "seq < ?5 ORDER BY seq DESC LIMIT ?6",
                    since,
                    until,
                    actor,
                    action,
                    before,
                    page.limit
                )
                .fetch_all(self.reads()?)
                .await
            }
            (Some((kind, id)), AuditOrder::OldestFirst) => {
                select_audit!(
                    "subject_kind = ?5 AND subject_id = ?6 AND seq > ?7 ORDER BY seq LIMIT ?8",
                    since,
                    until,
                    actor,
                    action,
                    kind,
                    id,
                    after,
                    page.limit
                )
                .fetch_all(self.reads()?)
                .await
            }
            (Some((kind, id)), AuditOrder::NewestFirst) => {
                select_audit!(
                    "subject_kind = ?5 AND subject_id = ?6 AND seq < ?7 ORDER BY seq DESC LIMIT ?8",
                    since,
                    until,
                    actor,
                    action,
                    kind,
                    id,
                    before,
                    page.limit
                )
                .fetch_all(self.reads()?)
                .await
            }
        };
        Ok(rows.map_err(failed)?.into_iter().map(AuditRow::into_record).collect())
    }
}

struct AuditRow {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    region: Option<String>,
    subject_kind: String,
    subject_id: String,
    before: Option<String>,
    after: Option<String>,
    digest: Option<Vec<u8>>,
}

impl AuditRow {
    fn into_record(self) -> AuditRecord {
        AuditRecord {
            sequence: Sequence(self.seq),
            at: Timestamp::from_unix(self.at),
            actor: self.actor,
            action: self.action,
            region: self.region,
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
            before: self.before,
            after: self.after,
            digest: self.digest.as_deref().map(RecordDigest::from_stored),
        }
    }
}

/// Selects the audit records of a time range, an actor and an action. `$tail` is the end of the statement.
macro_rules! select_audit {
    ($tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            AuditRow,
            "SELECT seq, at, actor, action, region, subject_kind, subject_id, before, after, digest FROM audit
             WHERE at >= ?1 AND at < ?2 AND actor = coalesce(?3, actor) AND action = coalesce(?4, action) AND "
                + $tail
            $(, $argument)*
        )
    };
}

use select_audit;
