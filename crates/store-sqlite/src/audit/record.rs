//! Writing down who changed what, in the change's own transaction, chained to what was written before.

use std::slice::from_ref;
use std::sync::atomic::Ordering;

use jeton_core::store::{AuditEntry, AuditLogEnd, Locked, RecordDigest, Sequence, StoreError, Subject};
use jeton_protocol::RegionName;
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::SqliteStore;
use crate::connection::error::{corrupt, failed};
use crate::connection::lock_wait::{explained, with_notice};

impl SqliteStore {
    /// Begins a write. Without IMMEDIATE a transaction that has read could find out only at its first write that
    /// another writer was faster, and waiting would not help it.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
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

/// Writes the audit record of a change in the change's transaction. `region` is the one that the change was made for;
/// records of what the regions share carry none.
pub(crate) async fn record(
    connection: &mut SqliteConnection,
    entry: &AuditEntry,
    region: &RegionName,
) -> Result<(), StoreError> {
    let region = match entry.subject {
        Subject::Account(_) | Subject::Key(_) | Subject::Region(_) | Subject::Token(_) => Some(region),
        Subject::Tenant(_) | Subject::Resource(_) => None,
    };
    let end = find_end(&mut *connection).await?;
    let record = end.next_record(entry, region);
    let (seq, at) = (record.sequence.0, record.at.unix());
    let digest = record.digest.as_ref().map(RecordDigest::as_bytes);
    sqlx::query!(
        "INSERT INTO audit (seq, at, actor, action, region, subject_kind, subject_id, before, after, digest)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        seq,
        at,
        record.actor,
        record.action,
        record.region,
        record.subject_kind,
        record.subject_id,
        record.before,
        record.after,
        digest,
    )
    .execute(connection)
    .await
    // A number that is taken says nothing about what was to be changed.
    .map_err(|error| match failed(error) {
        StoreError::Conflict(_) => corrupt("the audit log's counter is behind its records"),
        other => other,
    })?;
    Ok(())
}

/// Where the log ends. Right only within a transaction that holds the lock for writing.
async fn find_end(connection: &mut SqliteConnection) -> Result<AuditLogEnd, StoreError> {
    // The counter, not the last record: a number whose record was removed is not given again.
    let row = sqlx::query!(
        r#"SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'audit'), 0) AS "seq!: i64",
                  (SELECT digest FROM audit WHERE digest IS NOT NULL ORDER BY seq DESC LIMIT 1)
                      AS "digest: Vec<u8>""#,
    )
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    Ok(AuditLogEnd {
        sequence: Sequence(row.seq),
        digest: row.digest.as_deref().map(RecordDigest::from_stored),
    })
}
