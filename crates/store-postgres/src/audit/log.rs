//! Reads the audit log.

use async_trait::async_trait;
use jeton_core::model::Timestamp;
use jeton_core::store::{
    AuditCursor, AuditFilter, AuditLog, AuditOrder, AuditPage, AuditRecord, ChainPage, RecordDigest,
    Sequence, StoreError, StoredChain, region_of,
};
use time::OffsetDateTime;

use crate::PostgresStore;
use crate::audit::ends;
use crate::connection::error::{corrupt, failed};
use crate::times::{moment, timestamp};

#[async_trait]
impl AuditLog for PostgresStore {
    async fn list_audit(
        &self,
        filter: &AuditFilter,
        page: &AuditPage,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        let reads = self.reads();
        let rows = match (&filter.subject, page.order) {
            (None, AuditOrder::OldestFirst) => {
                select_audit!(
                    filter,
                    page,
                    "(at, chain, seq) > ($7, $8, $9) ORDER BY at, chain, seq LIMIT $10"
                )
                .fetch_all(reads)
                .await
            }
            (None, AuditOrder::NewestFirst) => {
                select_audit!(
                    filter,
                    page,
                    "(at, chain, seq) < ($7, $8, $9) ORDER BY at DESC, chain DESC, seq DESC LIMIT $10"
                )
                .fetch_all(reads)
                .await
            }
            (Some((kind, id)), AuditOrder::OldestFirst) => {
                select_audit!(
                    filter,
                    page,
                    "(at, chain, seq) > ($7, $8, $9) AND subject_kind = $11 AND subject_id = $12
                     ORDER BY at, chain, seq LIMIT $10",
                    kind,
                    id
                )
                .fetch_all(reads)
                .await
            }
            (Some((kind, id)), AuditOrder::NewestFirst) => {
                select_audit!(
                    filter,
                    page,
                    "(at, chain, seq) < ($7, $8, $9) AND subject_kind = $11 AND subject_id = $12
                     ORDER BY at DESC, chain DESC, seq DESC LIMIT $10",
                    kind,
                    id
                )
                .fetch_all(reads)
                .await
            }
        };
        rows.map_err(failed)?.into_iter().map(AuditRow::into_record).collect()
    }

    async fn list_chains(&self) -> Result<Vec<StoredChain>, StoreError> {
        ends::list(self.reads()).await
    }

    async fn list_chain(&self, page: &ChainPage) -> Result<Vec<AuditRecord>, StoreError> {
        let chain = page.chain.to_string();
        let rows = sqlx::query_as!(
            AuditRow,
            "SELECT chain, seq, at, actor_kind, actor, action, region, tenant, subject_kind, subject_id, before, after,
                    digest
             FROM audit_records WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $3",
            chain,
            page.after.0,
            i64::from(page.limit),
        )
        .fetch_all(self.reads())
        .await
        .map_err(failed)?;
        rows.into_iter().map(AuditRow::into_record).collect()
    }
}

struct AuditRow {
    chain: String,
    seq: i64,
    at: OffsetDateTime,
    actor_kind: Option<String>,
    actor: String,
    action: String,
    region: Option<String>,
    tenant: Option<String>,
    subject_kind: String,
    subject_id: String,
    before: Option<String>,
    after: Option<String>,
    digest: Option<Vec<u8>>,
}

impl AuditRow {
    fn into_record(self) -> Result<AuditRecord, StoreError> {
        let chain = self.chain.parse().map_err(corrupt)?;
        Ok(AuditRecord {
            region: region_of(&chain).or(self.region),
            chain,
            sequence: Sequence(self.seq),
            at: timestamp(self.at),
            actor_kind: self.actor_kind,
            actor: self.actor,
            action: self.action,
            tenant: self.tenant,
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
            before: self.before,
            after: self.after,
            digest: self.digest.as_deref().map(RecordDigest::from_stored),
        })
    }
}

/// The values of a position in the order of time, chain and number. Without a cursor, it is before all records or after
/// all.
fn bound(page: &AuditPage) -> (OffsetDateTime, String, i64) {
    match (&page.after, page.order) {
        (Some(AuditCursor { at, chain, sequence }), _) => (moment(*at), chain.to_string(), sequence.0),
        (None, AuditOrder::OldestFirst) => (moment(Timestamp::from_unix(i64::MIN)), String::new(), 0),
        (None, AuditOrder::NewestFirst) => (moment(Timestamp::from_unix(i64::MAX)), String::new(), 0),
    }
}

/// Selects the audit records that match the filter, except its subject. `$tail` is the end of the statement; $7 to $9 are
/// the bound of the page, $10 its limit.
macro_rules! select_audit {
    ($filter:expr, $page:expr, $tail:literal $(, $argument:expr)*) => {{
        let filter = $filter;
        let (actor, action) = (filter.actor.as_deref(), filter.action.as_deref());
        let since = moment(filter.since.unwrap_or(Timestamp::from_unix(i64::MIN)));
        let until = moment(filter.until.unwrap_or(Timestamp::from_unix(i64::MAX)));
        let chain = filter.chain.as_ref().map(ToString::to_string);
        let tenant = filter.tenant.as_ref().map(|tenant| tenant.as_str());
        let (bound_at, bound_chain, bound_seq) = bound($page);
        sqlx::query_as!(
            AuditRow,
            "SELECT chain, seq, at, actor_kind, actor, action, region, tenant, subject_kind, subject_id, before, after,
                    digest
             FROM audit_records
             WHERE at >= $1 AND at < $2 AND ($3::text IS NULL OR actor = $3) AND ($4::text IS NULL OR action = $4)
                 AND ($5::text IS NULL OR chain = $5) AND ($6::text IS NULL OR tenant = $6) AND "
                + $tail,
            since,
            until,
            actor,
            action,
            chain,
            tenant,
            bound_at,
            bound_chain,
            bound_seq,
            i64::from($page.limit)
            $(, $argument)*
        )
    }};
}

use select_audit;
