//! The ends of the chains of the audit log.

use jeton_core::model::{Chain, Timestamp};
use jeton_core::store::{ChainEnd, Position, RecordDigest, Sequence, StoreError, StoredChain};
use jeton_protocol::RegionName;
use sqlx::{SqliteConnection, SqliteExecutor};

use crate::connection::error::{corrupt, failed};

/// The end of a chain; `None` if it has no record. Right only within a transaction that holds the lock for writing.
pub(super) async fn find_end(
    connection: &mut SqliteConnection,
    chain: &Chain,
) -> Result<Option<ChainEnd>, StoreError> {
    let name = chain.to_string();
    let row = sqlx::query!("SELECT seq, digest FROM audit_ends WHERE chain = ?", name)
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    Ok(row.map(|row| ChainEnd {
        chain: chain.clone(),
        sequence: Sequence(row.seq),
        digest: Some(RecordDigest::from_stored(&row.digest)),
    }))
}

/// Moves the end of a chain to its new last record.
pub(super) async fn move_end(connection: &mut SqliteConnection, end: &ChainEnd) -> Result<(), StoreError> {
    let (chain, seq) = (end.chain.to_string(), end.sequence.0);
    let digest = end.digest.as_ref().map(RecordDigest::as_bytes);
    sqlx::query!(
        "INSERT INTO audit_ends (chain, seq, digest) VALUES (?, ?, ?)
         ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, digest = excluded.digest",
        chain,
        seq,
        digest,
    )
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

/// The position of the last changes that concern `region`.
pub(super) async fn find_position(
    connection: &mut SqliteConnection,
    region: &RegionName,
) -> Result<Position, StoreError> {
    let region = region.as_str();
    let row = sqlx::query!(
        r#"SELECT coalesce((SELECT seq FROM audit_ends WHERE chain = ?), 0) AS "region!: i64",
                  coalesce((SELECT seq FROM audit_ends WHERE chain = 'shared'), 0) AS "shared!: i64""#,
        region,
    )
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    Ok(Position { region: Sequence(row.region), shared: Sequence(row.shared) })
}

/// All chains that have an end or records, ordered by name.
pub(super) async fn list(executor: impl SqliteExecutor<'_>) -> Result<Vec<StoredChain>, StoreError> {
    // Finds the chain of the next record by the index: DISTINCT would read all records.
    let rows = sqlx::query_as!(
        ChainRow,
        r#"WITH RECURSIVE recorded (chain) AS (
               SELECT min(chain) FROM audit_records
               UNION ALL
               SELECT (SELECT min(r.chain) FROM audit_records r WHERE r.chain > recorded.chain)
               FROM recorded WHERE recorded.chain IS NOT NULL),
           chains (chain) AS (
               SELECT chain FROM audit_ends UNION SELECT chain FROM recorded WHERE chain IS NOT NULL)
           SELECT c.chain AS "chain!: String", coalesce(e.seq, 0) AS "seq!: i64",
                  e.digest AS "digest: Vec<u8>",
                  (SELECT r.at FROM audit_records r WHERE r.chain = c.chain AND r.seq = e.seq) AS "last_at: i64"
           FROM chains c LEFT JOIN audit_ends e ON e.chain = c.chain ORDER BY c.chain"#,
    )
    .fetch_all(executor)
    .await
    .map_err(failed)?;
    rows.into_iter().map(ChainRow::into_chain).collect()
}

struct ChainRow {
    chain: String,
    seq: i64,
    digest: Option<Vec<u8>>,
    last_at: Option<i64>,
}

impl ChainRow {
    fn into_chain(self) -> Result<StoredChain, StoreError> {
        let end = ChainEnd {
            chain: self.chain.parse().map_err(corrupt)?,
            sequence: Sequence(self.seq),
            digest: self.digest.as_deref().map(RecordDigest::from_stored),
        };
        Ok(StoredChain { end, last_at: self.last_at.map(Timestamp::from_unix) })
    }
}
