//! Stores the revocations of single tokens.
//!
//! Only one writer numbers revocations at a time, so the numbers are in commit order.

use async_trait::async_trait;
use jeton_core::model::{Revocation, Timestamp, TokenId};
use jeton_core::store::{
    AuditEntry, Conflict, ListedRevocation, RaisedEpochs, RevocationNumber, RevocationPage, RevocationStore,
    StoreError,
};
use jeton_protocol::ResourceUri;
use serde_json::Value;
use sqlx::SqliteConnection;

use crate::SqliteStore;
use crate::bulk::{ROWS_PER_STATEMENT, revocation_row};
use crate::connection::error::{corrupt, failed};

#[async_trait]
impl RevocationStore for SqliteStore {
    async fn add_revocation(&self, revocation: &Revocation, audit: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let (region, client_id) = (self.region.as_str(), revocation.client_id.as_str());
        let token = revocation.token.as_bytes().as_slice();
        let audience = revocation.audience.as_ref().map(ResourceUri::as_str);
        let (expires_at, revoked_at) = (revocation.expires_at.unix(), revocation.revoked_at.unix());
        let done = sqlx::query!(
            "INSERT INTO revocations (region, token, client_id, audience, expires_at, revoked_at)
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (region, token) DO NOTHING",
            region,
            token,
            client_id,
            audience,
            expires_at,
            revoked_at,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        // Checked by the row count: callers treat `Exists` as a success, so no other failure may be reported as
        // `Exists`.
        if done.rows_affected() == 0 {
            return Err(StoreError::Conflict(Conflict::Exists));
        }
        self.commit(transaction, audit).await
    }

    async fn add_client_revocations(&self, revocations: &[Revocation]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let region = self.region.as_str();
        for chunk in revocations.chunks(ROWS_PER_STATEMENT) {
            let rows = Value::Array(chunk.iter().map(revocation_row).collect()).to_string();
            // `WHERE true`: without it, SQLite takes ON for the condition of a join.
            sqlx::query!(
                "INSERT INTO revocations (region, token, client_id, audience, expires_at, revoked_at, audited)
                 SELECT ?1, unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, 0
                 FROM json_each(?2) WHERE true ON CONFLICT (region, token) DO NOTHING",
                region,
                rows,
            )
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        }
        self.commit_all(transaction, &[]).await
    }

    async fn list_revocations(
        &self,
        after: RevocationNumber,
        limit: u32,
    ) -> Result<RevocationPage, StoreError> {
        let region = self.region.as_str();
        // One row for the whole page: a million single rows take several times as long. NOT INDEXED: with an index on
        // the region, SQLite would find all rows of the region and sort them for each page.
        let page = sqlx::query!(
            r#"SELECT coalesce(max(number), ?1) AS "last!: i64",
                      coalesce(group_concat(hex(token) || expires_at || ' ' || client_id || ' ' ||
                                            coalesce(audience, ''), char(10)), '') AS "tokens!: String"
               FROM (SELECT number, token, expires_at, client_id, audience FROM revocations NOT INDEXED
                     WHERE number > ?1 AND region = ?2 ORDER BY number LIMIT ?3)"#,
            after.0,
            region,
            limit,
        )
        .fetch_one(self.reads()?)
        .await
        .map_err(failed)?;
        let tokens = page.tokens.lines().map(parse_token).collect::<Option<_>>();
        let tokens = tokens.ok_or_else(|| corrupt("a stored revocation is malformed"))?;
        Ok(RevocationPage { tokens, last: RevocationNumber(page.last) })
    }

    async fn list_raised_epochs(&self, since: i64, limit: u32) -> Result<RaisedEpochs, StoreError> {
        let mut snapshot = self.reads()?.begin().await.map_err(failed)?;
        let region = self.region.as_str();
        // Force the index on raised epochs: by default SQLite scans all accounts of the region.
        let accounts = sqlx::query!(
            "SELECT client_id, epoch FROM accounts INDEXED BY accounts_by_raised_epoch
             WHERE region = ? AND epoch > created_at AND epoch >= ? ORDER BY epoch DESC LIMIT ?",
            region,
            since,
            limit,
        )
        .fetch_all(&mut *snapshot)
        .await
        .map_err(failed)?;
        // An epoch is at least the Unix time at which it was raised, so `since` bounds the time of a rename too.
        let tenants = sqlx::query!(
            r#"SELECT name AS "name!", epoch AS "epoch!: i64" FROM
                   (SELECT name, epoch FROM tenants WHERE epoch >= ?1
                    UNION ALL
                    SELECT f.name, t.epoch FROM former_tenant_names f CROSS JOIN tenants t ON t.name = f.tenant
                    WHERE f.given_up_at >= ?1 AND t.epoch >= ?1)
               ORDER BY epoch DESC LIMIT ?2"#,
            since,
            limit,
        )
        .fetch_all(&mut *snapshot)
        .await
        .map_err(failed)?;
        snapshot.commit().await.map_err(failed)?;
        let accounts =
            accounts.into_iter().map(|row| Ok((row.client_id.parse().map_err(corrupt)?, row.epoch)));
        let tenants = tenants.into_iter().map(|row| Ok((row.name.parse().map_err(corrupt)?, row.epoch)));
        Ok(RaisedEpochs {
            accounts: accounts.collect::<Result<_, _>>()?,
            tenants: tenants.collect::<Result<_, _>>()?,
        })
    }

    async fn remove_revocations(&self, expired_before: Timestamp, limit: u32) -> Result<u64, StoreError> {
        let mut transaction = self.begin().await?;
        let (region, expired_before) = (self.region.as_str(), expired_before.unix());
        // The index is forced: SQLite could also use that of the revocations by clients, which is not ordered by expiry.
        let done = sqlx::query!(
            "DELETE FROM revocations WHERE number IN
             (SELECT number FROM revocations INDEXED BY revocations_by_expiry
              WHERE region = ?1 AND expires_at < ?2
                AND (audited = 1
                     OR number <= coalesce((SELECT last FROM revocation_summaries WHERE region = ?1), 0))
              LIMIT ?3)",
            region,
            expired_before,
            limit,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(done.rows_affected())
    }
}

/// The highest number that a revocation of any region was ever given.
pub(crate) async fn last_revocation(snapshot: &mut SqliteConnection) -> Result<RevocationNumber, StoreError> {
    let row = sqlx::query!(
        r#"SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'revocations'), 0) AS "last!: i64""#,
    )
    .fetch_one(snapshot)
    .await
    .map_err(failed)?;
    Ok(RevocationNumber(row.last))
}

/// Parses a token's id, expiry, account and audience from a line of a page. Neither an id nor a URI contains white space.
fn parse_token(text: &str) -> Option<ListedRevocation> {
    let (id, rest) = text.split_at_checked(HEX_DIGITS)?;
    let (expires_at, rest) = rest.split_once(' ')?;
    let (client_id, audience) = rest.split_once(' ')?;
    let id = u128::from_str_radix(id, 16).ok()?;
    Some(ListedRevocation {
        token: TokenId::from_bytes(id.to_be_bytes()),
        client_id: client_id.parse().ok()?,
        expires_at: Timestamp::from_unix(expires_at.parse().ok()?),
        audience: (!audience.is_empty()).then(|| audience.parse().ok()).flatten(),
    })
}

/// Of a token id, which has 16 bytes.
const HEX_DIGITS: usize = 32;
