//! The change feed that nodes follow: two chains of the audit log in ascending order.
//!
//! Only one writer numbers records at a time, so the numbers of a chain are in commit order.

use async_trait::async_trait;
use jeton_core::model::Timestamp;
use jeton_core::store::{
    Catalog, ChainChanges, ChainRecord, ChangeFeed, Changes, Position, Sequence, Snapshot, StoreError,
};
use jeton_protocol::SHARED;
use sqlx::SqliteConnection;

use crate::SqliteStore;
use crate::audit::ends;
use crate::connection::error::failed;
use crate::resources::list_resources_in;
use crate::revocations::last_revocation;

#[async_trait]
impl ChangeFeed for SqliteStore {
    async fn find_catalog(&self) -> Result<Snapshot<Catalog>, StoreError> {
        let mut snapshot = self.reads()?.begin().await.map_err(failed)?;
        let position = ends::find_position(&mut snapshot, &self.region).await?;
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
        Ok(Snapshot { position, value })
    }

    async fn list_changes(&self, after: Position, limit: u32) -> Result<Changes, StoreError> {
        let mut snapshot = self.reads()?.begin().await.map_err(failed)?;
        let end = ends::find_position(&mut snapshot, &self.region).await?;
        let (region, shared) = ((after.region, end.region), (after.shared, end.shared));
        let region = list_chain_changes(&mut snapshot, self.region.as_str(), region, limit).await?;
        let shared = list_chain_changes(&mut snapshot, SHARED, shared, limit).await?;
        let last_revocation = last_revocation(&mut snapshot).await?;
        snapshot.commit().await.map_err(failed)?;
        Ok(Changes::of_chains(region, shared, end, last_revocation))
    }
}

/// The changes of a chain `after` a number. The chain ends with the number `end`.
async fn list_chain_changes(
    snapshot: &mut SqliteConnection,
    chain: &str,
    (after, end): (Sequence, Sequence),
    limit: u32,
) -> Result<ChainChanges, StoreError> {
    if after == end {
        return Ok(ChainChanges::of(Vec::new(), after, end, limit));
    }
    let rows = sqlx::query_as!(
        ChangeRow,
        "SELECT seq, at, action, subject_kind, subject_id FROM audit_records
         WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?",
        chain,
        after.0,
        limit,
    )
    .fetch_all(snapshot)
    .await
    .map_err(failed)?;
    Ok(ChainChanges::of(rows.into_iter().map(ChangeRow::into_record).collect(), after, end, limit))
}

struct ChangeRow {
    seq: i64,
    at: i64,
    action: String,
    subject_kind: String,
    subject_id: String,
}

impl ChangeRow {
    fn into_record(self) -> ChainRecord {
        ChainRecord {
            sequence: Sequence(self.seq),
            at: Timestamp::from_unix(self.at),
            action: self.action,
            subject_kind: self.subject_kind,
            subject_id: self.subject_id,
        }
    }
}
