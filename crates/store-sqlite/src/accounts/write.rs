//! Adds, replaces and deletes the rows of accounts. A deleted row stays and keeps the account's epoch.
//!
//! A row reaches its statement as a JSON object whose members are named like the columns.

use std::slice::from_ref;
use std::time::Duration;

use jeton_core::model::{Account, Timestamp};
use jeton_core::store::{Conflict, StoreError};
use jeton_protocol::ResourceUri;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::SqliteStore;
use crate::accounts::names::refuse_ambiguous_new;
use crate::connection::error::failed;

impl SqliteStore {
    /// Adds the row of an account, or reuses the row of a deleted account with the same id.
    pub(crate) async fn add_row(
        &self,
        connection: &mut SqliteConnection,
        account: &Account,
    ) -> Result<(), StoreError> {
        let (region, client_id) = (self.region.as_str(), account.client_id.as_str());
        let known = sqlx::query!(
            r#"SELECT epoch, deleted_at IS NOT NULL AS "deleted: bool" FROM accounts
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
        let written =
            self.insert_rows(connection, &account_rows(from_ref(account)), DeletedRows::Reuse).await?;
        if written == 1 { Ok(()) } else { Err(StoreError::Conflict(Conflict::Exists)) }
    }

    /// Adds `rows`, which are those of [`account_rows`], and returns how many were written. A row whose id is taken is
    /// not written. The version of a reused row increases by one.
    pub(crate) async fn insert_rows(
        &self,
        connection: &mut SqliteConnection,
        rows: &str,
        deleted: DeletedRows,
    ) -> Result<u64, StoreError> {
        let (region, reuse) = (self.region.as_str(), deleted == DeletedRows::Reuse);
        let done = sqlx::query!(
            "INSERT INTO accounts (region, client_id, tenant, name, enabled, epoch, token_ttl, expires_at,
                                   allow_cidr, default_resource, created_at, version, description, owner,
                                   labels)
             SELECT ?1, value ->> 'client_id', value ->> 'tenant', value ->> 'name', value ->> 'enabled',
                    value ->> 'epoch', value ->> 'token_ttl', value ->> 'expires_at', value ->> 'allow_cidr',
                    value ->> 'default_resource', value ->> 'created_at', value ->> 'version',
                    value ->> 'description', value ->> 'owner', value ->> 'labels'
             FROM json_each(?2) WHERE true
             ON CONFLICT (region, client_id) DO UPDATE SET
                 tenant = excluded.tenant, name = excluded.name, enabled = excluded.enabled,
                 epoch = excluded.epoch, token_ttl = excluded.token_ttl, expires_at = excluded.expires_at,
                 allow_cidr = excluded.allow_cidr, default_resource = excluded.default_resource,
                 created_at = excluded.created_at, version = version + 1, deleted_at = NULL,
                 description = excluded.description, owner = excluded.owner, labels = excluded.labels,
                 last_used_at = 0
                 WHERE ?3 AND deleted_at IS NOT NULL",
            region,
            rows,
            reuse,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(done.rows_affected())
    }

    /// Replaces the row if its version is still the one that was read, and returns the row number.
    pub(crate) async fn replace_row(
        &self,
        connection: &mut SqliteConnection,
        account: &Account,
    ) -> Result<i64, StoreError> {
        self.refuse_ambiguous_name(connection, account).await?;
        let (region, row) = (self.region.as_str(), account_row(account).to_string());
        let row = sqlx::query_scalar!(
            r#"UPDATE accounts SET name = ?2 ->> 'name', enabled = ?2 ->> 'enabled', epoch = ?2 ->> 'epoch',
                                 token_ttl = ?2 ->> 'token_ttl', expires_at = ?2 ->> 'expires_at',
                                 allow_cidr = ?2 ->> 'allow_cidr',
                                 default_resource = ?2 ->> 'default_resource',
                                 description = ?2 ->> 'description', owner = ?2 ->> 'owner',
                                 labels = ?2 ->> 'labels', version = version + 1
             WHERE region = ?1 AND client_id = ?2 ->> 'client_id' AND version = ?2 ->> 'version'
               AND deleted_at IS NULL RETURNING id AS "id!""#,
            region,
            row,
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

/// What happens to the rows of deleted accounts whose ids are added again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeletedRows {
    /// They become rows of the new accounts. The caller has checked the epochs.
    Reuse,
    /// Their ids are taken.
    Keep,
}

/// The rows of accounts as a JSON array.
pub(crate) fn account_rows(accounts: &[Account]) -> String {
    Value::Array(accounts.iter().map(account_row).collect()).to_string()
}

/// The columns of an account's row, except the region and the time of deletion.
fn account_row(account: &Account) -> Value {
    json!({
        "client_id": account.client_id,
        "tenant": account.tenant.name,
        "name": account.name,
        "enabled": i64::from(account.enabled),
        "epoch": account.epoch,
        "token_ttl": seconds(account.token_ttl),
        "expires_at": account.expires_at.map(Timestamp::unix),
        "allow_cidr": json!(account.allow_cidr).to_string(),
        "default_resource": account.default_resource.as_ref().map(ResourceUri::key),
        "created_at": account.created_at.unix(),
        "version": account.version,
        "description": account.details.description,
        "owner": account.details.owner,
        "labels": json!(account.details.labels).to_string(),
    })
}

pub(crate) fn seconds(duration: Option<Duration>) -> Option<i64> {
    duration.map(|duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}
