//! Adds, replaces and deletes an account's row. A deleted row stays and keeps the account's epoch.

use std::time::Duration;

use ipnet::IpNet;
use jeton_core::model::{Account, Timestamp};
use jeton_core::store::{Conflict, StoreError};
use jeton_protocol::ResourceUri;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteQueryResult;

use crate::SqliteStore;
use crate::accounts::names::refuse_ambiguous_new;
use crate::connection::error::failed;

impl SqliteStore {
    /// Adds the row, or reuses the row of a deleted account with the same id, and returns the row number.
    pub(crate) async fn add_row(
        &self,
        connection: &mut SqliteConnection,
        account: &Account,
    ) -> Result<i64, StoreError> {
        let (region, client_id) = (self.region.as_str(), account.client_id.as_str());
        let known = sqlx::query!(
            r#"SELECT id, epoch, deleted_at IS NOT NULL AS "deleted: bool" FROM accounts
               WHERE region = ? AND client_id = ?"#,
            region,
            client_id,
        )
        .fetch_optional(&mut *connection)
        .await
        .map_err(failed)?;
        match &known {
            Some(row) if !row.deleted => return Err(StoreError::Conflict(Conflict::Exists)),
            // With the stored epoch or a lower one, the tokens of the deleted account would be valid again.
            Some(row) if account.epoch <= row.epoch => return Err(StoreError::Conflict(Conflict::Stale)),
            Some(_) | None => {}
        }
        refuse_ambiguous_new(connection, account).await?;
        match known {
            None => self.insert_row(connection, account).await,
            Some(row) => reuse_deleted_row(connection, row.id, account).await,
        }
    }

    async fn insert_row(
        &self,
        connection: &mut SqliteConnection,
        account: &Account,
    ) -> Result<i64, StoreError> {
        let (region, client_id) = (self.region.as_str(), account.client_id.as_str());
        let (tenant, name) = (account.tenant.name.as_str(), account.name.as_str());
        let (token_ttl, expires_at) = (seconds(account.token_ttl), account.expires_at.map(Timestamp::unix));
        let allow_cidr = networks(&account.allow_cidr);
        let default_resource = account.default_resource.as_ref().map(ResourceUri::key);
        let created_at = account.created_at.unix();
        let done = sqlx::query!(
            "INSERT INTO accounts (region, client_id, tenant, name, enabled, epoch, token_ttl, expires_at,
                                   allow_cidr, default_resource, created_at, version)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            region,
            client_id,
            tenant,
            name,
            account.enabled,
            account.epoch,
            token_ttl,
            expires_at,
            allow_cidr,
            default_resource,
            created_at,
            account.version,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(done.last_insert_rowid())
    }

    /// Replaces the row if its version is still the one that was read, and returns the row number.
    pub(crate) async fn replace_row(
        &self,
        connection: &mut SqliteConnection,
        account: &Account,
    ) -> Result<i64, StoreError> {
        self.refuse_ambiguous_name(connection, account).await?;
        let (region, client_id) = (self.region.as_str(), account.client_id.as_str());
        let name = account.name.as_str();
        let (token_ttl, expires_at) = (seconds(account.token_ttl), account.expires_at.map(Timestamp::unix));
        let allow_cidr = networks(&account.allow_cidr);
        let default_resource = account.default_resource.as_ref().map(ResourceUri::key);
        let row = sqlx::query_scalar!(
            "UPDATE accounts SET name = ?, enabled = ?, epoch = ?, token_ttl = ?, expires_at = ?, allow_cidr = ?,
                                 default_resource = ?, version = version + 1
             WHERE region = ? AND client_id = ? AND version = ? AND deleted_at IS NULL RETURNING id",
            name,
            account.enabled,
            account.epoch,
            token_ttl,
            expires_at,
            allow_cidr,
            default_resource,
            region,
            client_id,
            account.version,
        )
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
        row.ok_or(StoreError::Conflict(Conflict::Stale))
    }

    /// Marks the row as deleted if its version is still the one that was read, stores the account's epoch in it, and
    /// returns the row number.
    pub(crate) async fn mark_row_deleted(
        &self,
        connection: &mut SqliteConnection,
        account: &Account,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        let (region, client_id, at) = (self.region.as_str(), account.client_id.as_str(), at.unix());
        let row = sqlx::query_scalar!(
            "UPDATE accounts SET deleted_at = ?, epoch = ?, default_resource = NULL, version = version + 1
             WHERE region = ? AND client_id = ? AND version = ? AND deleted_at IS NULL RETURNING id",
            at,
            account.epoch,
            region,
            client_id,
            account.version,
        )
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
        row.ok_or(StoreError::Conflict(Conflict::Stale))
    }
}

async fn reuse_deleted_row(
    connection: &mut SqliteConnection,
    row: i64,
    account: &Account,
) -> Result<i64, StoreError> {
    let (tenant, name) = (account.tenant.name.as_str(), account.name.as_str());
    let (token_ttl, expires_at) = (seconds(account.token_ttl), account.expires_at.map(Timestamp::unix));
    let allow_cidr = networks(&account.allow_cidr);
    let default_resource = account.default_resource.as_ref().map(ResourceUri::key);
    let created_at = account.created_at.unix();
    let done = sqlx::query!(
        "UPDATE accounts SET tenant = ?, name = ?, enabled = ?, epoch = ?, token_ttl = ?, expires_at = ?,
                             allow_cidr = ?, default_resource = ?, created_at = ?, version = version + 1,
                             deleted_at = NULL
         WHERE id = ?",
        tenant,
        name,
        account.enabled,
        account.epoch,
        token_ttl,
        expires_at,
        allow_cidr,
        default_resource,
        created_at,
        row,
    )
    .execute(connection)
    .await
    .map_err(failed)?;
    require_one_row(&done)?;
    Ok(row)
}

fn require_one_row(done: &SqliteQueryResult) -> Result<(), StoreError> {
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict(Conflict::Stale)) }
}

pub(crate) fn seconds(duration: Option<Duration>) -> Option<i64> {
    duration.map(|duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}

pub(crate) fn networks(networks: &[IpNet]) -> String {
    serde_json::json!(networks).to_string()
}
