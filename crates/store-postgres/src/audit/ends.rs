//! The ends of the chains of the audit log.

use jeton_core::model::Chain;
use jeton_core::store::{ChainEnd, Position, RecordDigest, Sequence, StoreError, StoredChain};
use jeton_protocol::RegionName;
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;

use crate::connection::error::{corrupt, failed};
use crate::fence;
use crate::times::timestamp;

/// The end of a chain; `None` if it has no record.
pub(super) async fn find_end(
    connection: &mut PgConnection,
    chain: &Chain,
) -> Result<Option<ChainEnd>, StoreError> {
    let name = chain.to_string();
    let row = sqlx::query!("SELECT seq, digest FROM audit_ends WHERE chain = $1", name)
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    Ok(row.map(|row| ChainEnd {
        chain: chain.clone(),
        sequence: Sequence(row.seq),
        digest: Some(RecordDigest::from_stored(&row.digest)),
    }))
}

/// As [`find_end`], and keeps other writers of the chain waiting until the commit.
pub(super) async fn lock_end(
    connection: &mut PgConnection,
    chain: &Chain,
) -> Result<Option<ChainEnd>, StoreError> {
    let name = chain.to_string();
    let row = sqlx::query!("SELECT seq, digest FROM audit_ends WHERE chain = $1 FOR UPDATE", name)
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    Ok(row.map(|row| ChainEnd {
        chain: chain.clone(),
        sequence: Sequence(row.seq),
        digest: Some(RecordDigest::from_stored(&row.digest)),
    }))
}

/// Moves the end of a chain, which is locked.
pub(super) async fn move_end(connection: &mut PgConnection, end: &ChainEnd) -> Result<(), StoreError> {
    let (name, digest) = (end.chain.to_string(), end.digest.as_ref().map(RecordDigest::as_bytes));
    let done = sqlx::query!(
        "UPDATE audit_ends SET seq = $2, digest = $3
         WHERE chain = $1 AND NOT EXISTS (SELECT 1 FROM store_fence)",
        name,
        end.sequence.0,
        digest,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    fence::ensure_none(connection).await?;
    Err(corrupt("a chain of the audit log has no end"))
}

/// Adds the end of a chain without records, whose digest counts as 32 zero bytes. `false` if the chain has an end; a
/// writer that adds it at the same time is waited for.
pub(super) async fn add(connection: &mut PgConnection, chain: &Chain) -> Result<bool, StoreError> {
    let (name, digest) = (chain.to_string(), [0; 32]);
    let done = sqlx::query!(
        "INSERT INTO audit_ends (chain, seq, digest) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING",
        name,
        digest.as_slice(),
    )
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(done.rows_affected() == 1)
}

/// The position of the last changes that concern `region`.
pub(super) async fn find_position(
    connection: &mut PgConnection,
    region: &RegionName,
) -> Result<Position, StoreError> {
    let region = region.as_str();
    let row = sqlx::query!(
        r#"SELECT coalesce((SELECT seq FROM audit_ends WHERE chain = $1), 0) AS "region!",
                  coalesce((SELECT seq FROM audit_ends WHERE chain = 'shared'), 0) AS "shared!""#,
        region,
    )
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    Ok(Position { region: Sequence(row.region), shared: Sequence(row.shared) })
}

/// All chains that have an end or records, ordered by name.
pub(super) async fn list(executor: impl PgExecutor<'_>) -> Result<Vec<StoredChain>, StoreError> {
    // Finds the chain of the next record by the index: DISTINCT would read all records.
    let rows = sqlx::query_as!(
        ChainRow,
        r#"WITH RECURSIVE recorded (chain) AS (
               (SELECT chain FROM audit_records ORDER BY chain LIMIT 1)
               UNION ALL
               SELECT (SELECT r.chain FROM audit_records r WHERE r.chain > recorded.chain ORDER BY r.chain LIMIT 1)
               FROM recorded WHERE recorded.chain IS NOT NULL),
           chains (chain) AS (
               SELECT chain FROM audit_ends UNION SELECT chain FROM recorded WHERE chain IS NOT NULL)
           SELECT c.chain AS "chain!", coalesce(e.seq, 0) AS "seq!", e.digest AS "digest?",
                  (SELECT r.at FROM audit_records r WHERE r.chain = c.chain AND r.seq = e.seq) AS last_at
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
    last_at: Option<OffsetDateTime>,
}

impl ChainRow {
    fn into_chain(self) -> Result<StoredChain, StoreError> {
        let end = ChainEnd {
            chain: self.chain.parse().map_err(corrupt)?,
            sequence: Sequence(self.seq),
            digest: self.digest.as_deref().map(RecordDigest::from_stored),
        };
        Ok(StoredChain { end, last_at: self.last_at.map(timestamp) })
    }
}
