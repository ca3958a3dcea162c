//! Adds many accounts or revocations at once, for imports, copies and load tests.

use async_trait::async_trait;
use jeton_core::model::{Account, Revocation};
use jeton_core::store::{AuditEntry, BulkStore, Conflict, StoreError};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, raw_sql};

use crate::SqliteStore;
use crate::accounts::names::refuse_ambiguous_among;
use crate::accounts::parts::upsert_parts;
use crate::accounts::write::{DeletedRows, account_rows};
use crate::connection::connect;
use crate::connection::error::failed;

#[async_trait]
impl BulkStore for SqliteStore {
    async fn add_accounts(&self, accounts: &[Account], audit: &[AuditEntry]) -> Result<(), StoreError> {
        self.set_cache(BULK_CACHE_KIB).await?;
        let result = self.add_all_accounts(accounts, audit).await;
        self.set_cache(connect::CACHE_KIB).await?;
        result
    }

    async fn add_revocations(
        &self,
        revocations: &[Revocation],
        audit: &[AuditEntry],
    ) -> Result<(), StoreError> {
        self.set_cache(BULK_CACHE_KIB).await?;
        let result = self.add_all_revocations(revocations, audit).await;
        self.set_cache(connect::CACHE_KIB).await?;
        result
    }
}

impl SqliteStore {
    async fn add_all_accounts(&self, accounts: &[Account], audit: &[AuditEntry]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for chunk in accounts.chunks(ROWS_PER_STATEMENT) {
            let rows = account_rows(chunk);
            let written = self.insert_rows(&mut transaction, &rows, DeletedRows::Keep).await?;
            if usize::try_from(written) != Ok(chunk.len()) {
                return Err(StoreError::Conflict(Conflict::Exists));
            }
            refuse_ambiguous_among(&mut transaction, &rows).await?;
            upsert_parts(&mut transaction, &self.region, chunk).await?;
        }
        self.commit_all(transaction, audit).await
    }

    async fn add_all_revocations(
        &self,
        revocations: &[Revocation],
        audit: &[AuditEntry],
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let region = self.region.as_str();
        for chunk in revocations.chunks(ROWS_PER_STATEMENT) {
            let rows = Value::Array(chunk.iter().map(revocation_row).collect()).to_string();
            sqlx::query!(
                "INSERT INTO revocations (region, token, client_id, audience, expires_at, revoked_at)
                 SELECT ?1, unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4
                 FROM json_each(?2)",
                region,
                rows,
            )
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
        }
        self.commit_all(transaction, audit).await
    }

    /// Index entries arrive in random order, so index pages that do not stay in memory are read and written repeatedly.
    async fn set_cache(&self, kib: &str) -> Result<(), StoreError> {
        let pragma = format!("PRAGMA cache_size = {kib}; PRAGMA shrink_memory");
        raw_sql(AssertSqlSafe(pragma)).execute(self.writes()?).await.map_err(failed)?;
        Ok(())
    }
}

/// The row of a revocation as JSON: token, client id, audience, expiry, time of the revocation.
pub(crate) fn revocation_row(revocation: &Revocation) -> Value {
    let token = format!("{:032x}", u128::from_be_bytes(*revocation.token.as_bytes()));
    let (expires_at, revoked_at) = (revocation.expires_at.unix(), revocation.revoked_at.unix());
    json!([token, revocation.client_id, revocation.audience, expires_at, revoked_at])
}

pub(crate) const ROWS_PER_STATEMENT: usize = 500;
const BULK_CACHE_KIB: &str = "-262144";
