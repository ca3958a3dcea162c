//! Stores how far the revocations by clients are summarized in the audit log.

use async_trait::async_trait;
use jeton_core::model::TokenId;
use jeton_core::store::{
    AuditEntry, ClientRevocation, Conflict, RevocationNumber, RevocationRange, RevocationSummaryStore,
    StoreError,
};
use jeton_protocol::RegionName;
use time::OffsetDateTime;

use crate::PostgresStore;
use crate::connection::error::{corrupt, failed};
use crate::times::timestamp;

#[async_trait]
impl RevocationSummaryStore for PostgresStore {
    async fn find_summarized(&self) -> Result<RevocationNumber, StoreError> {
        let region = self.region.as_str();
        let last = sqlx::query_scalar!("SELECT last FROM revocation_summaries WHERE region = $1", region)
            .fetch_optional(self.reads())
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
        let rows = sqlx::query_as!(
            ClientRevocationRow,
            "SELECT number, token, client_id, expires_at, revoked_at FROM revocations
             WHERE region = $1 AND NOT audited AND number > $2 AND number <= $3 ORDER BY number LIMIT $4",
            region.as_str(),
            range.after.0,
            range.through.0,
            i64::from(limit),
        )
        .fetch_all(self.reads())
        .await
        .map_err(failed)?;
        rows.into_iter().map(ClientRevocationRow::into_revocation).collect()
    }

    async fn add_revocation_summary(
        &self,
        summarized: RevocationNumber,
        last: RevocationNumber,
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            // The second condition counts if another node has written at the same time: it is evaluated once that node
            // has committed.
            let done = sqlx::query!(
                "INSERT INTO revocation_summaries (region, last)
                 SELECT $1, $2
                 WHERE coalesce((SELECT last FROM revocation_summaries WHERE region = $1), 0) = $3
                 ON CONFLICT (region) DO UPDATE SET last = excluded.last WHERE revocation_summaries.last = $3",
                self.region.as_str(),
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
        })
        .await
    }
}

struct ClientRevocationRow {
    number: i64,
    token: Vec<u8>,
    client_id: String,
    expires_at: OffsetDateTime,
    revoked_at: OffsetDateTime,
}

impl ClientRevocationRow {
    fn into_revocation(self) -> Result<ClientRevocation, StoreError> {
        let token = self.token.try_into().map_err(|_| corrupt("a stored token id is malformed"))?;
        Ok(ClientRevocation {
            number: RevocationNumber(self.number),
            token: TokenId::from_bytes(token),
            client_id: self.client_id.parse().map_err(corrupt)?,
            expires_at: timestamp(self.expires_at),
            revoked_at: timestamp(self.revoked_at),
        })
    }
}
