//! Stores the revocations of single tokens.
//!
//! A writer takes its numbers from one row and holds the lock of that row until it has committed, so the numbers are in
//! commit order. A sequence would not do: transactions commit in another order than they took their numbers, and a node
//! that has read up to the highest number would never see a lower one that is committed later.

use std::slice::from_ref;

use async_trait::async_trait;
use jeton_core::model::{Revocation, Timestamp, TokenId};
use jeton_core::store::transfer::Fence;
use jeton_core::store::{
    AuditEntry, Conflict, ListedRevocation, RaisedEpochs, RevocationNumber, RevocationPage, RevocationStore,
    StoreError,
};
use jeton_protocol::RegionName;
use serde_json::{Value, json};
use sqlx::PgExecutor;
use time::OffsetDateTime;

use crate::connection::error::{corrupt, failed};
use crate::times::{in_range, moment, timestamp};
use crate::{PostgresStore, fence};

#[async_trait]
impl RevocationStore for PostgresStore {
    async fn add_revocation(&self, revocation: &Revocation, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let written = insert_revocations(
                &mut *transaction,
                &self.region,
                from_ref(revocation),
                RevokedBy::Administrator,
            )
            .await?;
            // Checked by the row count: callers treat `Exists` as a success, so no other failure may be reported as
            // `Exists`.
            if written == 0 {
                return Err(StoreError::Conflict(Conflict::Exists));
            }
            self.commit(transaction, audit).await
        })
        .await
    }

    async fn add_client_revocations(&self, revocations: &[Revocation]) -> Result<(), StoreError> {
        if revocations.is_empty() {
            return Ok(());
        }
        self.write(|| async {
            let written =
                insert_revocations(&self.writes, &self.region, revocations, RevokedBy::Client).await;
            // Also if the result is unknown: they may be stored.
            self.announce_commit().await;
            // All may be revoked already.
            written.map(drop)
        })
        .await
    }

    async fn list_revocations(
        &self,
        after: RevocationNumber,
        limit: u32,
    ) -> Result<RevocationPage, StoreError> {
        let region = self.region.as_str();
        let rows = sqlx::query_as!(
            RevocationRow,
            "SELECT number, token, client_id, audience, expires_at FROM revocations
             WHERE region = $1 AND number > $2 ORDER BY number LIMIT $3",
            region,
            after.0,
            i64::from(limit),
        )
        .fetch_all(self.reads())
        .await
        .map_err(failed)?;
        let last = rows.last().map_or(after, |row| RevocationNumber(row.number));
        let tokens = rows.into_iter().map(RevocationRow::into_listed).collect::<Result<_, _>>()?;
        Ok(RevocationPage { tokens, last })
    }

    async fn list_raised_epochs(&self, since: i64, limit: u32) -> Result<RaisedEpochs, StoreError> {
        let mut snapshot = self.snapshot().await?;
        let (region, limit) = (self.region.as_str(), i64::from(limit));
        let accounts = sqlx::query!(
            "SELECT client_id, epoch FROM accounts
             WHERE region = $1 AND to_timestamp(epoch) > created_at AND epoch >= $2 ORDER BY epoch DESC LIMIT $3",
            region,
            since,
            limit,
        )
        .fetch_all(&mut *snapshot)
        .await
        .map_err(failed)?;
        // An epoch is at least the Unix time at which it was raised, so `since` bounds the time of a rename too.
        let tenants = sqlx::query!(
            r#"SELECT name AS "name!", epoch AS "epoch!" FROM
                   (SELECT name, epoch FROM tenants WHERE epoch >= $1
                    UNION ALL
                    SELECT f.name, t.epoch FROM former_tenant_names f JOIN tenants t ON t.name = f.tenant
                    WHERE f.given_up_at >= $3 AND t.epoch >= $1) raised
               ORDER BY epoch DESC LIMIT $2"#,
            since,
            limit,
            moment(Timestamp::from_unix(since)),
        )
        .fetch_all(&mut *snapshot)
        .await
        .map_err(failed)?;
        snapshot.commit().await?;
        let accounts =
            accounts.into_iter().map(|row| Ok((row.client_id.parse().map_err(corrupt)?, row.epoch)));
        let tenants = tenants.into_iter().map(|row| Ok((row.name.parse().map_err(corrupt)?, row.epoch)));
        Ok(RaisedEpochs {
            accounts: accounts.collect::<Result<_, _>>()?,
            tenants: tenants.collect::<Result<_, _>>()?,
        })
    }

    async fn remove_revocations(&self, expired_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let (region, expired_before) = (self.region.as_str(), moment(expired_before));
        let removed = self.write(|| async {
            sqlx::query!(
                "DELETE FROM revocations WHERE NOT EXISTS (SELECT 1 FROM store_fence)
                 AND region = $1 AND number IN
                 (SELECT number FROM revocations
                  WHERE region = $1 AND expires_at < $2
                    AND (audited OR number <= coalesce(
                             (SELECT last FROM revocation_summaries WHERE region = $1), 0))
                  ORDER BY expires_at LIMIT $3)",
                region,
                expired_before,
                i64::from(limit),
            )
            .execute(&self.writes)
            .await
            .map_err(failed)
        });
        let removed = removed.await?.rows_affected();
        if removed == 0 {
            fence::ensure_none(&self.writes).await?;
        }
        Ok(removed)
    }
}

/// Adds revocations, numbered in their order, and returns how many were added. A token that is already revoked, also
/// earlier among these, is not added; its number is not used.
///
/// It is one statement, so that the lock of the numbers is held for no round trip if it is the whole transaction. It also
/// reads the fence: a second statement might find that the fence was lifted after the first one had added nothing.
///
/// # Errors
/// [`StoreError::Fenced`] if the store refuses changes. None was added.
pub(crate) async fn insert_revocations(
    executor: impl PgExecutor<'_>,
    region: &RegionName,
    revocations: &[Revocation],
    by: RevokedBy,
) -> Result<u64, StoreError> {
    let rows = Value::Array(revocations.iter().map(revocation_row).collect()).to_string();
    let count = i64::try_from(revocations.len()).unwrap_or(i64::MAX);
    let done = sqlx::query!(
        r#"WITH fence AS (SELECT since, target FROM store_fence),
                tail AS (UPDATE revocation_end SET number = number + $3
                         WHERE NOT EXISTS (SELECT 1 FROM fence) RETURNING number - $3 AS number),
                added AS (
                    INSERT INTO revocations
                        (region, number, token, client_id, audience, expires_at, revoked_at, audited)
                    SELECT $1, tail.number + p.position, decode(r ->> 0, 'hex'), r ->> 1, r ->> 2,
                           to_timestamp((r ->> 3)::bigint), to_timestamp((r ->> 4)::bigint), $4
                    FROM tail CROSS JOIN json_array_elements($2::text::json) WITH ORDINALITY p(r, position)
                    ORDER BY p.position
                    ON CONFLICT (region, token) DO NOTHING
                    RETURNING 1)
           SELECT count AS "count!", since AS "since?", target AS "target?"
           FROM (SELECT count(*) FROM added) n LEFT JOIN fence ON true"#,
        region.as_str(),
        rows,
        count,
        by == RevokedBy::Administrator,
    )
    .fetch_one(executor)
    .await
    .map_err(failed)?;
    match (done.since, done.target) {
        (Some(since), Some(target)) => Err(StoreError::Fenced(Fence { since: timestamp(since), target })),
        _ => Ok(u64::try_from(done.count).unwrap_or_default()),
    }
}

/// Who revokes, which decides how it is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RevokedBy {
    /// With a record of its own, which the caller writes.
    Administrator,
    /// With the next summary.
    Client,
}

/// The row of a revocation as JSON: token, client id, audience, expiry, time of the revocation.
fn revocation_row(revocation: &Revocation) -> Value {
    let token = format!("{:032x}", u128::from_be_bytes(*revocation.token.as_bytes()));
    let (expires_at, revoked_at) = (in_range(revocation.expires_at), in_range(revocation.revoked_at));
    json!([token, revocation.client_id, revocation.audience, expires_at, revoked_at])
}

struct RevocationRow {
    number: i64,
    token: Vec<u8>,
    client_id: String,
    audience: Option<String>,
    expires_at: OffsetDateTime,
}

impl RevocationRow {
    fn into_listed(self) -> Result<ListedRevocation, StoreError> {
        let token = self.token.try_into().map_err(|_| corrupt("a stored token id is malformed"))?;
        Ok(ListedRevocation {
            token: TokenId::from_bytes(token),
            client_id: self.client_id.parse().map_err(corrupt)?,
            expires_at: timestamp(self.expires_at),
            // An audience that this version cannot parse may concern every reader, as a missing one.
            audience: self.audience.and_then(|audience| audience.parse().ok()),
        })
    }
}
