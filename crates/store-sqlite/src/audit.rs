//! Writing down who changed what, in the change's own transaction.

use jeton_core::store::{AuditEntry, StoreError, Subject};
use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::SqliteStore;
use crate::error::failed;

impl SqliteStore {
    /// Begins a write. Without IMMEDIATE a transaction that has read could find out only at its first write that
    /// another writer was faster, and waiting would not help it.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writes.begin_with("BEGIN IMMEDIATE").await.map_err(failed)
    }

    /// Writes the audit record and commits.
    pub(crate) async fn commit(
        &self,
        mut transaction: Transaction<'static, Sqlite>,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.record(&mut transaction, audit).await?;
        transaction.commit().await.map_err(failed)
    }

    async fn record(&self, connection: &mut SqliteConnection, audit: &AuditEntry) -> Result<(), StoreError> {
        let region = match audit.subject {
            Subject::Account(_) | Subject::Key(_) | Subject::Region(_) => Some(self.region.as_str()),
            Subject::Tenant(_) | Subject::Resource(_) => None,
        };
        let (at, actor, action) = (audit.at.unix(), &audit.actor, audit.action.as_str());
        let (kind, id) = (audit.subject.kind(), audit.subject.id());
        let (before, after) = (&audit.before, &audit.after);
        let before = before.as_ref().map(ToString::to_string);
        let after = after.as_ref().map(ToString::to_string);
        sqlx::query!(
            "INSERT INTO audit (at, actor, action, region, subject_kind, subject_id, before, after)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            at,
            actor,
            action,
            region,
            kind,
            id,
            before,
            after,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(())
    }
}
