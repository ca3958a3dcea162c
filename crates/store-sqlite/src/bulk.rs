//! Adds many accounts or revocations at once, for load tests and imports. Servers do not use it.

use jeton_core::model::{Account, Revocation, Timestamp};
use jeton_core::store::{AuditEntry, StoreError};
use jeton_protocol::ResourceUri;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, SqliteConnection, raw_sql};

use crate::SqliteStore;
use crate::accounts::names::refuse_ambiguous_among;
use crate::accounts::parts::{credential_row, grant_pairs};
use crate::accounts::write::{networks, seconds};
use crate::connection::connect;
use crate::connection::error::failed;

impl SqliteStore {
    /// Adds all of `accounts` or none, with one audit record for all of them. The change feed reports only the subject
    /// of that record.
    ///
    /// # Errors
    /// Those of [`AccountStore::add_account`](jeton_core::store::AccountStore::add_account). Unlike there, the id of a
    /// deleted account cannot be reused.
    pub async fn add_accounts(&self, accounts: &[Account], audit: &AuditEntry) -> Result<(), StoreError> {
        self.set_cache(BULK_CACHE_KIB).await?;
        let result = self.add_all(accounts, audit).await;
        self.set_cache(connect::CACHE_KIB).await?;
        result
    }

    /// Adds all of `revocations` or none, with one audit record for all of them. Running nodes load all of them if the
    /// subject of that record is one of the tokens.
    ///
    /// # Errors
    /// Those of [`RevocationStore::add_revocation`](jeton_core::store::RevocationStore::add_revocation).
    pub async fn add_revocations(
        &self,
        revocations: &[Revocation],
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        self.set_cache(BULK_CACHE_KIB).await?;
        let result = self.add_all_revocations(revocations, audit).await;
        self.set_cache(connect::CACHE_KIB).await?;
        result
    }

    async fn add_all_revocations(
        &self,
        revocations: &[Revocation],
        audit: &AuditEntry,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let region = self.region.as_str();
        for chunk in revocations.chunks(ROWS_PER_STATEMENT) {
            let rows = json_array(chunk.iter().map(|revocation| {
                let token = format!("{:032x}", u128::from_be_bytes(*revocation.token.as_bytes()));
                let (expires_at, revoked_at) = (revocation.expires_at.unix(), revocation.revoked_at.unix());
                json!([token, revocation.client_id, revocation.audience, expires_at, revoked_at])
            }));
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
        self.commit(transaction, audit).await
    }

    async fn add_all(&self, accounts: &[Account], audit: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for chunk in accounts.chunks(ROWS_PER_STATEMENT) {
            self.add_rows(&mut transaction, chunk).await?;
            self.add_grants(&mut transaction, chunk).await?;
            self.add_introspection_rights(&mut transaction, chunk).await?;
            self.add_credentials(&mut transaction, chunk).await?;
        }
        self.commit(transaction, audit).await
    }

    /// Index entries arrive in random order, so index pages that do not stay in memory are read and written repeatedly.
    async fn set_cache(&self, kib: &str) -> Result<(), StoreError> {
        let pragma = format!("PRAGMA cache_size = {kib}; PRAGMA shrink_memory");
        raw_sql(AssertSqlSafe(pragma)).execute(self.writes()?).await.map_err(failed)?;
        Ok(())
    }

    async fn add_rows(&self, connection: &mut SqliteConnection, chunk: &[Account]) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let rows = json_array(chunk.iter().map(|account| {
            json!([
                account.client_id,
                account.tenant.name,
                account.name,
                i64::from(account.enabled),
                account.epoch,
                seconds(account.token_ttl),
                account.expires_at.map(Timestamp::unix),
                networks(&account.allow_cidr),
                account.default_resource.as_ref().map(ResourceUri::key),
                account.created_at.unix(),
                account.version,
            ])
        }));
        sqlx::query!(
            "INSERT INTO accounts (region, client_id, tenant, name, enabled, epoch, token_ttl, expires_at,
                                   allow_cidr, default_resource, created_at, version)
             SELECT ?1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
                    value ->> 7, value ->> 8, value ->> 9, value ->> 10
             FROM json_each(?2)",
            region,
            rows,
        )
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
        refuse_ambiguous_among(connection, &rows).await
    }

    async fn add_grants(
        &self,
        connection: &mut SqliteConnection,
        chunk: &[Account],
    ) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let rows = json_array(chunk.iter().flat_map(|account| {
            grant_pairs(account).map(|(resource, scope)| json!([account.client_id, resource, scope]))
        }));
        sqlx::query!(
            "INSERT INTO grants (account, resource, scope)
             SELECT a.id, p.value ->> 1, p.value ->> 2
             FROM json_each(?2) p CROSS JOIN accounts a ON a.region = ?1 AND a.client_id = p.value ->> 0",
            region,
            rows,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn add_introspection_rights(
        &self,
        connection: &mut SqliteConnection,
        chunk: &[Account],
    ) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let rows = json_array(chunk.iter().flat_map(|account| {
            account.introspects.iter().map(|resource| json!([account.client_id, resource.key()]))
        }));
        sqlx::query!(
            "INSERT INTO introspection_rights (account, resource)
             SELECT a.id, p.value ->> 1
             FROM json_each(?2) p CROSS JOIN accounts a ON a.region = ?1 AND a.client_id = p.value ->> 0",
            region,
            rows,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn add_credentials(
        &self,
        connection: &mut SqliteConnection,
        chunk: &[Account],
    ) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let rows = json_array(chunk.iter().flat_map(|account| {
            account
                .credentials
                .iter()
                .map(|credential| json!([account.client_id, credential_row(credential)]))
        }));
        sqlx::query!(
            "INSERT INTO credentials (account, id, kind, lookup, label, hash, last_four, created_at, expires_at,
                                      revoked_at, scope, allow_cidr)
             SELECT a.id, p.value ->> '$[1][0]', p.value ->> '$[1][1]', unhex(p.value ->> '$[1][2]'),
                    p.value ->> '$[1][3]', p.value ->> '$[1][4]', p.value ->> '$[1][5]', p.value ->> '$[1][6]',
                    p.value ->> '$[1][7]', p.value ->> '$[1][8]', p.value ->> '$[1][9]', p.value ->> '$[1][10]'
             FROM json_each(?2) p CROSS JOIN accounts a ON a.region = ?1 AND a.client_id = p.value ->> 0",
            region,
            rows,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(())
    }
}

fn json_array(rows: impl Iterator<Item = Value>) -> String {
    Value::Array(rows.collect()).to_string()
}

const ROWS_PER_STATEMENT: usize = 500;
const BULK_CACHE_KIB: &str = "-262144";
