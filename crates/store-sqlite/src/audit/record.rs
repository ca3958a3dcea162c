//! Writing down who changed what, in the change's own transaction, chained to what was written before.

use std::slice::from_ref;
use std::sync::atomic::Ordering;

use jeton_core::model::{Chain, Timestamp};
use jeton_core::store::{
    AuditEntry, AuditRecord, ChainEnd, Locked, RecordDigest, StoreError, chain_of, chain_start,
};
use jeton_protocol::RegionName;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::audit::ends;
use crate::connection::error::{corrupt, failed};
use crate::connection::lock_wait::{explained, with_notice};
use crate::{SqliteStore, fence};

impl SqliteStore {
    /// Begins a write, unless the store refuses changes.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let mut transaction = self.begin_despite_fence().await?;
        match fence::find(&mut *transaction).await? {
            Some(fence) => Err(StoreError::Fenced(fence)),
            None => Ok(transaction),
        }
    }

    /// Begins a write of something that is not copied with the store.
    ///
    /// Without IMMEDIATE a transaction that has read could find out only at its first write that another writer was
    /// faster, and waiting would not help it.
    pub(crate) async fn begin_despite_fence(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let wait = self.lock_wait;
        let begun = with_notice(wait, self.writes()?.begin_with("BEGIN IMMEDIATE")).await;
        let has_written = self.has_written.fetch_or(begun.is_ok(), Ordering::Relaxed);
        let locked = if has_written { Locked::Later } else { Locked::First };
        begun.map_err(|error| failed(explained(wait, error, locked)))
    }

    /// Writes the audit record and commits.
    pub(crate) async fn commit(
        &self,
        transaction: Transaction<'static, Sqlite>,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.commit_all(transaction, from_ref(audit)).await
    }

    /// Writes the audit records of a batch in their order and commits.
    pub(crate) async fn commit_all(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        audit: &[AuditEntry],
    ) -> Result<(), StoreError> {
        for entry in audit {
            record(&mut transaction, entry, &self.region).await?;
        }
        self.connections.ensure_same_file()?;
        transaction.commit().await.map_err(failed)
    }
}

/// Writes the audit record of a change in the change's transaction, at the end of its chain. `region` is the one that the
/// change was made for.
pub(crate) async fn record(
    connection: &mut SqliteConnection,
    entry: &AuditEntry,
    region: &RegionName,
) -> Result<(), StoreError> {
    let chain = chain_of(&entry.subject, region);
    let end = match ends::find_end(&mut *connection, &chain).await? {
        Some(end) => end,
        None => start_chain(&mut *connection, chain, entry.at).await?,
    };
    add_record(connection, &end.next_record(entry)).await
}

/// Starts a chain. Its first record carries the end of the chain of earlier versions, if they wrote one.
async fn start_chain(
    connection: &mut SqliteConnection,
    chain: Chain,
    at: Timestamp,
) -> Result<ChainEnd, StoreError> {
    let start = ChainEnd::empty(chain);
    let closed = ends::find_end(&mut *connection, &Chain::Version1).await?;
    let Some(closed) = closed.and_then(|end| end.head()) else { return Ok(start) };
    let first = start.next_record(&chain_start(&start.chain, &closed, at));
    add_record(connection, &first).await?;
    Ok(ChainEnd::of(&first))
}

async fn add_record(connection: &mut SqliteConnection, record: &AuditRecord) -> Result<(), StoreError> {
    let (chain, seq, at) = (record.chain.to_string(), record.sequence.0, record.at.unix());
    let digest = record.digest.as_ref().map(RecordDigest::as_bytes);
    sqlx::query!(
        "INSERT INTO audit_records
             (chain, seq, at, actor_kind, actor, action, tenant, subject_kind, subject_id, before, after, digest)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        chain,
        seq,
        at,
        record.actor_kind,
        record.actor,
        record.action,
        record.tenant,
        record.subject_kind,
        record.subject_id,
        record.before,
        record.after,
        digest,
    )
    .execute(&mut *connection)
    .await
    // A number that is taken says nothing about what was to be changed.
    .map_err(|error| match failed(error) {
        StoreError::Conflict(_) => corrupt("the end of a chain of the audit log is behind its records"),
        other => other,
    })?;
    ends::move_end(connection, &ChainEnd::of(record)).await
}
