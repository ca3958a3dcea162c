//! Stores how far the revocations by clients are summarized in the audit log.

use async_trait::async_trait;
use jeton_core::model::{Timestamp, TokenId};
use jeton_core::store::{
    AuditEntry, ClientRevocation, Conflict, RevocationNumber, RevocationRange, RevocationSummaryStore,
    StoreError,
};
use jeton_protocol::RegionName;

use crate::SqliteStore;
use crate::connection::error::{corrupt, failed};

#[async_trait]
impl RevocationSummaryStore for SqliteStore {
    async fn find_summarized(&self) -> Result<RevocationNumber, StoreError> {
        let region = self.region.as_str();
        let last = sqlx::query_scalar!("SELECT last FROM revocation_summaries WHERE region = ?", region)
            .fetch_optional(self.reads()?)
            .await
            .map_err(failed)?;
        Ok(RevocationNumber(last.unwrap_or(0)))
    }

    async fn list_client_revocations(
        &self,
        region: &RegionName,
        range: RevocationRange,
        limit: u32,
    ) -> Result<Vec<ClientRevocation>, StoreError> {
        let region = region.as_str();
        // The index is forced, because the table is far larger if most revocations are those of other regions.
        let rows = sqlx::query_as!(
            ClientRevocationRow,
            "SELECT number, token, client_id, expires_at, revoked_at
             FROM revocations INDEXED BY revocations_by_clients
             WHERE region = ? AND audited = 0 AND number > ? AND number <= ? ORDER BY number LIMIT ?",
            region,
            range.after.0,
            range.through.0,
            limit,
        )
        .fetch_all(self.reads()?)
        .await
        .map_err(failed)?;
        let revocation = |row: ClientRevocationRow| {
            Ok(ClientRevocation {
                number: RevocationNumber(row.number),
                token: TokenId::from_bytes(
                    row.token.try_into().map_err(|_| corrupt("a token id is malformed"))?,
                ),
                client_id: row.client_id.parse().map_err(corrupt)?,
                expires_at: Timestamp::from_unix(row.expires_at),
                revoked_at: Timestamp::from_unix(row.revoked_at),
            })
        };
        rows.into_iter().map(revocation).collect()
    }

    async fn add_revocation_summary(
        &self,
        summarized: RevocationNumber,
        last: RevocationNumber,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let region = self.region.as_str();
        let done = sqlx::query!(
            "INSERT INTO revocation_summaries (region, last)
             SELECT ?1, ?2
             WHERE coalesce((SELECT last FROM revocation_summaries WHERE region = ?1), 0) = ?3
             ON CONFLICT (region) DO UPDATE SET last = excluded.last",
            region,
            last.0,
            summarized.0,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        if done.rows_affected() == 0 {
            return Err(StoreError::Conflict(Conflict::Stale));
        }
        self.commit(transaction, audit).await
    }
}

struct ClientRevocationRow {
    number: i64,
    token: Vec<u8>,
    client_id: String,
    expires_at: i64,
    revoked_at: i64,
}
