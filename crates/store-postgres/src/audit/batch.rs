//! Writes the audit records of a batch, many in one statement.
//!
//! The end of the chain is locked first and the digests are computed here: one statement for each record would take a
//! round trip to the server for each.

use jeton_core::store::{AuditEntry, AuditRecord, ChainEnd, RecordDigest, StoreError, chain_of};
use jeton_protocol::RegionName;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::audit::ends;
use crate::audit::record::start_chain;
use crate::connection::error::{corrupt, failed};
use crate::times::in_range;

/// Writes the records of entries of one chain, in their order.
pub(super) async fn record_all(
    connection: &mut PgConnection,
    entries: &[AuditEntry],
    region: &RegionName,
) -> Result<(), StoreError> {
    let Some(first) = entries.first() else { return Ok(()) };
    let chain = chain_of(&first.subject, region);
    let mut end = ends::lock_end(connection, &chain).await?;
    if end.is_none() {
        start_chain(connection, &chain, first).await?;
        end = ends::lock_end(connection, &chain).await?;
    }
    let mut end = end.ok_or_else(|| corrupt("a chain of the audit log has no end"))?;
    for chunk in entries.chunks(RECORDS_PER_STATEMENT) {
        let mut records = Vec::with_capacity(chunk.len());
        for entry in chunk {
            let record = end.next_record(entry);
            end = ChainEnd::of(&record);
            records.push(row(&record));
        }
        insert(connection, &Value::Array(records).to_string()).await?;
    }
    ends::move_end(connection, &end).await
}

async fn insert(connection: &mut PgConnection, rows: &str) -> Result<(), StoreError> {
    sqlx::query!(
        "INSERT INTO audit_records
             (chain, seq, at, actor_kind, actor, action, tenant, subject_kind, subject_id, before, after, digest)
         SELECT r ->> 'chain', (r ->> 'seq')::bigint, to_timestamp((r ->> 'at')::bigint), r ->> 'actor_kind',
                r ->> 'actor', r ->> 'action', r ->> 'tenant', r ->> 'subject_kind', r ->> 'subject_id',
                r ->> 'before', r ->> 'after', decode(r ->> 'digest', 'hex')
         FROM json_array_elements($1::text::json) p(r)",
        rows,
    )
    .execute(connection)
    .await
    // A number that is taken says nothing about what was to be changed.
    .map_err(|error| match failed(error) {
        StoreError::Conflict(_) => corrupt("the end of a chain of the audit log is behind its records"),
        other => other,
    })?;
    Ok(())
}

/// The columns of a record as JSON. `before` and `after` are texts, because the digest is over their text.
fn row(record: &AuditRecord) -> Value {
    json!({
        "chain": record.chain.to_string(),
        "seq": record.sequence.0,
        "at": in_range(record.at),
        "actor_kind": record.actor_kind,
        "actor": record.actor,
        "action": record.action,
        "tenant": record.tenant,
        "subject_kind": record.subject_kind,
        "subject_id": record.subject_id,
        "before": record.before,
        "after": record.after,
        "digest": record.digest.as_ref().map(RecordDigest::to_string),
    })
}

const RECORDS_PER_STATEMENT: usize = 1_000;
