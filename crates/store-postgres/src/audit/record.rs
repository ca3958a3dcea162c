//! Writes down who changed what, in the change's own transaction, chained to what was written before.
//!
//! The end of a chain is one row. Its lock is taken by the last statement before the commit and makes the writers of a
//! chain commit in the order of their numbers. The server computes the digest, so that a record takes one statement.

use std::slice::from_ref;

use jeton_core::model::Chain;
use jeton_core::store::{
    AuditEntry, AuditRecord, ChainEnd, ChainHead, StoreError, chain_of, chain_start, hashed_text,
};
use jeton_protocol::RegionName;
use sqlx::PgConnection;

use crate::audit::batch::record_all;
use crate::audit::ends;
use crate::connection::error::{corrupt, failed};
use crate::connection::transaction::Transaction;
use crate::times::moment;
use crate::{PostgresStore, fence};

impl PostgresStore {
    /// Begins a transaction that writes. Each of its statements sees what other writers have committed before.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        Transaction::begin(&self.writes, "BEGIN ISOLATION LEVEL READ COMMITTED").await
    }

    /// Writes the audit record and commits.
    pub(crate) async fn commit(
        &self,
        transaction: Transaction,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.commit_all(transaction, from_ref(audit)).await
    }

    /// Writes the audit records of a batch in their order, commits, and announces the change.
    pub(crate) async fn commit_all(
        &self,
        mut transaction: Transaction,
        audit: &[AuditEntry],
    ) -> Result<(), StoreError> {
        let same_chain = |one: &AuditEntry, other: &AuditEntry| {
            chain_of(&one.subject, &self.region) == chain_of(&other.subject, &self.region)
        };
        if audit.is_empty() {
            fence::ensure_none(&mut *transaction).await?;
        }
        for entries in audit.chunk_by(same_chain) {
            match entries {
                [entry] => record(&mut transaction, entry, &self.region).await?,
                several => record_all(&mut transaction, several, &self.region).await?,
            }
        }
        let committed = transaction.commit().await;
        // Also if the result is unknown: the change may be stored.
        self.announce_commit().await;
        committed
    }
}

/// Writes the audit record of a change in the change's transaction, at the end of its chain. `region` is the one that the
/// change was made for.
pub(crate) async fn record(
    connection: &mut PgConnection,
    entry: &AuditEntry,
    region: &RegionName,
) -> Result<(), StoreError> {
    let chain = chain_of(&entry.subject, region);
    if append(connection, &chain, entry).await? {
        return Ok(());
    }
    fence::ensure_none(&mut *connection).await?;
    start_chain(connection, &chain, entry).await?;
    if append(connection, &chain, entry).await? {
        return Ok(());
    }
    fence::ensure_none(connection).await?;
    Err(corrupt("a chain of the audit log has no end"))
}

/// Starts a chain. Its first record carries the end of the chain of early versions, if the store was copied from one that
/// has it.
pub(super) async fn start_chain(
    connection: &mut PgConnection,
    chain: &Chain,
    entry: &AuditEntry,
) -> Result<(), StoreError> {
    if !ends::add(connection, chain).await? {
        // Another writer started it at the same time.
        return Ok(());
    }
    let closed = ends::find_end(connection, &Chain::Version1).await?;
    let Some(closed): Option<ChainHead> = closed.and_then(|end| end.head()) else { return Ok(()) };
    append(connection, chain, &chain_start(chain, &closed, entry.at)).await?;
    Ok(())
}

/// Moves the end of a chain and adds the record there, in one statement. `false` if the chain has no end, or if the store
/// refuses changes.
async fn append(
    connection: &mut PgConnection,
    chain: &Chain,
    entry: &AuditEntry,
) -> Result<bool, StoreError> {
    // Only the number and the digest depend on the end; the server sets both.
    let record: AuditRecord = ChainEnd::empty(chain.clone()).next_record(entry);
    let name = chain.to_string();
    let hashed = hashed_text(&record);
    let done = sqlx::query!(
        "WITH tail AS (
             UPDATE audit_ends SET seq = seq + 1, digest = sha256(digest || convert_to(
                 length((seq + 1)::text) || ':' || (seq + 1) || ',' || $2::text, 'UTF8'))
             WHERE chain = $1 AND NOT EXISTS (SELECT 1 FROM store_fence) RETURNING seq, digest)
         INSERT INTO audit_records
             (chain, seq, at, actor_kind, actor, action, tenant, subject_kind, subject_id, before, after, digest)
         SELECT $1, tail.seq, $3, $4, $5, $6, $7, $8, $9, $10, $11, tail.digest FROM tail",
        name,
        hashed,
        moment(record.at),
        record.actor_kind,
        record.actor,
        record.action,
        record.tenant,
        record.subject_kind,
        record.subject_id,
        record.before,
        record.after,
    )
    .execute(connection)
    .await
    // A number that is taken says nothing about what was to be changed.
    .map_err(|error| match failed(error) {
        StoreError::Conflict(_) => corrupt("the end of a chain of the audit log is behind its records"),
        other => other,
    })?;
    Ok(done.rows_affected() == 1)
}
