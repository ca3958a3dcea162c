//! The change feed that nodes follow: the audit log in ascending order.
//!
//! Only one writer numbers records at a time, so sequence numbers are in commit order.

use async_trait::async_trait;
use jeton_core::model::Timestamp;
use jeton_core::store::{Catalog, Change, ChangeFeed, Changes, Sequence, Snapshot, StoreError, Subject};
use sqlx::SqliteConnection;

use crate::SqliteStore;
use crate::connection::error::failed;
use crate::resources::list_resources_in;

#[async_trait]
impl ChangeFeed for SqliteStore {
    async fn find_catalog(&self) -> Result<Snapshot<Catalog>, StoreError> {
        let mut snapshot = self.reads()?.begin().await.map_err(failed)?;
        let (_, sequence) = first_and_last(&mut snapshot).await?;
        let region = self.region.as_str();
        // Force the indexes, which are nearly empty: by default SQLite scans all accounts of the region. The kinds are
        // those of imported secrets in `StoredCredential`; they are literals here, because the indexes are.
        let facts = sqlx::query!(
            r#"SELECT epoch,
                      EXISTS (SELECT 1 FROM credentials c INDEXED BY credentials_imported
                              CROSS JOIN accounts a ON a.id = c.account
                              WHERE c.kind = 'imported' AND c.revoked_at IS NULL AND a.region = regions.name)
                      OR EXISTS (SELECT 1 FROM credentials c INDEXED BY credentials_foreign
                                 CROSS JOIN accounts a ON a.id = c.account
                                 WHERE c.kind = 'foreign' AND c.revoked_at IS NULL AND a.region = regions.name)
                          AS "holds_imported_secrets!: bool"
               FROM regions WHERE name = ?"#,
            region,
        )
        .fetch_one(&mut *snapshot)
        .await
        .map_err(failed)?;
        let value = Catalog {
            resources: list_resources_in(&mut *snapshot).await?,
            keys: self.list_keys_in(&mut *snapshot).await?,
            region_epoch: facts.epoch,
            holds_imported_secrets: facts.holds_imported_secrets,
        };
        snapshot.commit().await.map_err(failed)?;
        Ok(Snapshot { sequence, value })
    }

    async fn list_changes(&self, after: Sequence, limit: u32) -> Result<Changes, StoreError> {
        let mut snapshot = self.reads()?.begin().await.map_err(failed)?;
        let (first, last) = first_and_last(&mut snapshot).await?;
        let rows = if after < last { self.list_rows(&mut snapshot, after, limit).await? } else { Vec::new() };
        snapshot.commit().await.map_err(failed)?;
        let is_outside_log = after > last || after.0.saturating_add(1) < first.0;
        let all = rows.len();
        let reached = match rows.last() {
            Some(row) if all == limit as usize => Sequence(row.seq),
            Some(_) | None => last.max(after),
        };
        let changes: Vec<Change> = rows.into_iter().filter_map(ChangeRow::into_change).collect();
        // A later version changed a kind of subject that this version does not know.
        let has_unknown = changes.len() < all;
        Ok(Changes { changes, reached, gap: is_outside_log || has_unknown })
    }
}

impl SqliteStore {
    /// The changes of this region and those that all regions share.
    async fn list_rows(
        &self,
        snapshot: &mut SqliteConnection,
        after: Sequence,
        limit: u32,
    ) -> Result<Vec<ChangeRow>, StoreError> {
        let region = self.region.as_str();
        sqlx::query_as!(
            ChangeRow,
            "SELECT seq, at, subject_kind, subject_id FROM audit
             WHERE seq > ? AND (region IS NULL OR region = ?) ORDER BY seq LIMIT ?",
            after.0,
            region,
            limit,
        )
        .fetch_all(snapshot)
        .await
        .map_err(failed)
    }
}

/// The first and the last sequence number in the change feed.
async fn first_and_last(snapshot: &mut SqliteConnection) -> Result<(Sequence, Sequence), StoreError> {
    // Two sub-selects: with min and max in one SELECT, SQLite reads the whole table.
    let row = sqlx::query!(
        r#"SELECT (SELECT coalesce(min(seq), 0) FROM audit) AS "first!: i64",
                  (SELECT coalesce(max(seq), 0) FROM audit) AS "last!: i64""#,
    )
    .fetch_one(snapshot)
    .await
    .map_err(failed)?;
    Ok((Sequence(row.first), Sequence(row.last)))
}

struct ChangeRow {
    seq: i64,
    at: i64,
    subject_kind: String,
    subject_id: String,
}

impl ChangeRow {
    fn into_change(self) -> Option<Change> {
        Some(Change {
            sequence: Sequence(self.seq),
            at: Timestamp::from_unix(self.at),
            subject: Subject::from_stored(&self.subject_kind, &self.subject_id)?,
        })
    }
}
