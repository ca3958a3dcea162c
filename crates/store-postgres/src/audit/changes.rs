//! The change feed that nodes follow: two chains of the audit log in ascending order.
//!
//! A writer holds the lock of its chain's end until it has committed, so the numbers of a chain are in commit order.

use async_trait::async_trait;
use jeton_core::store::{
    Catalog, ChainChanges, ChainRecord, ChangeFeed, Changes, Position, RevocationNumber, Sequence, Snapshot,
    StoreError,
};
use time::OffsetDateTime;

use crate::PostgresStore;
use crate::audit::ends;
use crate::connection::error::failed;
use crate::connection::known::{End, Ends};
use crate::resources::list_resources_in;
use crate::times::timestamp;

#[async_trait]
impl ChangeFeed for PostgresStore {
    async fn find_catalog(&self) -> Result<Snapshot<Catalog>, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let position = ends::find_position(&mut snapshot, &self.region).await?;
        let region = self.region.as_str();
        // The kinds are those of imported secrets in `StoredCredential`; they are literals here, because the indexes
        // have them as literals.
        let facts = sqlx::query!(
            r#"SELECT epoch,
                      EXISTS (SELECT 1 FROM credentials c JOIN accounts a ON a.id = c.account
                              WHERE c.kind = 'imported' AND c.revoked_at IS NULL AND a.region = regions.name)
                      OR EXISTS (SELECT 1 FROM credentials c JOIN accounts a ON a.id = c.account
                                 WHERE c.kind = 'foreign' AND c.revoked_at IS NULL AND a.region = regions.name)
                          AS "holds_imported_secrets!"
               FROM regions WHERE name = $1"#,
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
        snapshot.commit().await?;
        Ok(Snapshot { position, value })
    }

    async fn list_changes(&self, after: Position, limit: u32) -> Result<Changes, StoreError> {
        let region = self.region.as_str();
        // One statement, because every node runs it several times a second. Each side of the union reads at most `limit`
        // rows. The first row is always present and holds the ends.
        let rows = sqlx::query_as!(
            ChangeRow,
            r#"SELECT e.region_end AS "region_end!", e.region_digest AS "region_digest?",
                      e.shared_end AS "shared_end!", e.shared_digest AS "shared_digest?",
                      e.last_revocation AS "last_revocation!", e.marked_revocation AS "marked_revocation?", e.mark AS "mark?", c.is_shared AS "is_shared?",
                      c.seq AS "seq?", c.at AS "at?", c.action AS "action?", c.subject_kind AS "subject_kind?",
                      c.subject_id AS "subject_id?"
               FROM (SELECT coalesce((SELECT seq FROM audit_ends WHERE chain = $1), 0) AS region_end,
                            (SELECT encode(digest, 'hex') FROM audit_ends WHERE chain = $1) AS region_digest,
                            coalesce((SELECT seq FROM audit_ends WHERE chain = 'shared'), 0) AS shared_end,
                            (SELECT encode(digest, 'hex') FROM audit_ends WHERE chain = 'shared')
                                AS shared_digest,
                            (SELECT number FROM revocation_end) AS last_revocation, m.marked_revocation, m.mark
                      FROM (SELECT 1) one LEFT JOIN LATERAL (
                          SELECT number AS marked_revocation,
                                 CASE WHEN expires_at > now() THEN encode(token, 'hex') END AS mark
                          FROM revocations WHERE region = $1 ORDER BY number DESC LIMIT 1) m ON true) e
                    LEFT JOIN (
                        (SELECT false AS is_shared, seq, at, action, subject_kind, subject_id FROM audit_records
                         WHERE chain = $1 AND seq > $2 ORDER BY seq LIMIT $4)
                        UNION ALL
                        (SELECT true, seq, at, action, subject_kind, subject_id FROM audit_records
                         WHERE chain = 'shared' AND seq > $3 ORDER BY seq LIMIT $4)) c ON true
               ORDER BY c.is_shared, c.seq"#,
            region,
            after.region.0,
            after.shared.0,
            i64::from(limit),
        )
        .fetch_all(self.reads())
        .await
        .map_err(failed)?;
        let first = rows.first();
        let end = Position {
            region: Sequence(first.map_or(0, |row| row.region_end)),
            shared: Sequence(first.map_or(0, |row| row.shared_end)),
        };
        if let Some(row) = first {
            self.known().saw(row.ends());
        }
        let last_revocation = RevocationNumber(first.map_or(0, |row| row.last_revocation));
        let (shared, region): (Vec<_>, Vec<_>) =
            rows.into_iter().partition(|row| row.is_shared == Some(true));
        let records = |rows: Vec<ChangeRow>| rows.into_iter().filter_map(ChangeRow::into_record).collect();
        let region = ChainChanges::of(records(region), after.region, end.region, limit);
        let shared = ChainChanges::of(records(shared), after.shared, end.shared, limit);
        Ok(Changes::of_chains(region, shared, end, last_revocation))
    }
}

struct ChangeRow {
    region_end: i64,
    region_digest: Option<String>,
    shared_end: i64,
    shared_digest: Option<String>,
    last_revocation: i64,
    marked_revocation: Option<i64>,
    mark: Option<String>,
    is_shared: Option<bool>,
    seq: Option<i64>,
    at: Option<OffsetDateTime>,
    action: Option<String>,
    subject_kind: Option<String>,
    subject_id: Option<String>,
}

impl ChangeRow {
    fn ends(&self) -> Ends {
        let end = |number, mark: &Option<String>| End { number, marked: number, mark: mark.clone() };
        // One that has expired may be removed at any time.
        let revocations = End {
            number: self.last_revocation,
            marked: self.marked_revocation.unwrap_or_default(),
            mark: self.mark.clone(),
        };
        Ends {
            region: end(self.region_end, &self.region_digest),
            shared: end(self.shared_end, &self.shared_digest),
            revocations,
        }
    }

    /// The record; `None` in the row that holds only the ends.
    fn into_record(self) -> Option<ChainRecord> {
        Some(ChainRecord {
            sequence: Sequence(self.seq?),
            at: timestamp(self.at?),
            action: self.action?,
            subject_kind: self.subject_kind?,
            subject_id: self.subject_id?,
        })
    }
}
