//! Adds, replaces and deletes the rows of accounts. A deleted row stays and keeps the account's epoch.
//!
//! A row reaches its statement as a JSON object whose members are named like the columns.

use std::slice::from_ref;
use std::time::Duration;

use ipnet::IpNet;
use jeton_core::model::{Account, Timestamp};
use jeton_core::store::{Conflict, StoreError};
use jeton_protocol::ResourceUri;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::PostgresStore;
use crate::accounts::locks::lock_names;
use crate::accounts::names::refuse_ambiguous_new;
use crate::connection::error::failed;
use crate::times::{in_range, moment};

/// Adds rows from the JSON array `$2`. `$end` says what happens to a row whose id is taken.
macro_rules! insert_accounts {
    ($region:expr, $rows:expr, $end:literal) => {
        sqlx::query!(
            "INSERT INTO accounts (region, client_id, tenant, name, enabled, epoch, token_ttl, expires_at,
                                   allow_cidr, default_resource, created_at, version, description, owner,
                                   labels)
             SELECT $1, r ->> 'client_id', r ->> 'tenant', r ->> 'name', (r ->> 'enabled')::boolean,
                    (r ->> 'epoch')::bigint, (r ->> 'token_ttl')::bigint,
                    to_timestamp((r ->> 'expires_at')::bigint),
                    ARRAY(SELECT json_array_elements_text(r -> 'allow_cidr')::cidr),
                    r ->> 'default_resource', to_timestamp((r ->> 'created_at')::bigint),
                    (r ->> 'version')::bigint, r ->> 'description', r ->> 'owner', (r -> 'labels')::jsonb
             FROM json_array_elements($2::text::json) p(r)
             ON CONFLICT (region, client_id) "
                + $end,
            $region,
            $rows,
        )
    };
}

impl PostgresStore {
    /// Adds the row of an account, or reuses the row of a deleted account with the same id.
    pub(crate) async fn add_row(
        &self,
        connection: &mut PgConnection,
        account: &Account,
    ) -> Result<(), StoreError> {
        let (region, client_id) = (self.region.as_str(), account.client_id.as_str());
        lock_names(&mut *connection, [client_id, account.name.as_str()]).await?;
        let known = sqlx::query!(
            r#"SELECT epoch, deleted_at IS NOT NULL AS "deleted!" FROM accounts
               WHERE region = $1 AND client_id = $2"#,
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
        let rows = account_rows(from_ref(account));
        let done = insert_accounts!(
            region,
            rows,
            "DO UPDATE SET
                 tenant = excluded.tenant, name = excluded.name, enabled = excluded.enabled,
                 epoch = excluded.epoch, token_ttl = excluded.token_ttl, expires_at = excluded.expires_at,
                 allow_cidr = excluded.allow_cidr, default_resource = excluded.default_resource,
                 created_at = excluded.created_at, version = accounts.version + 1, deleted_at = NULL,
                 description = excluded.description, owner = excluded.owner, labels = excluded.labels,
                 last_used_at = to_timestamp(0)
             WHERE accounts.deleted_at IS NOT NULL"
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict(Conflict::Exists)) }
    }

    /// Adds the rows of these accounts and returns how many were written. A row whose id is taken, also by a deleted
    /// account or twice among these, is not written.
    pub(crate) async fn insert_rows(
        &self,
        connection: &mut PgConnection,
        accounts: &[Account],
    ) -> Result<u64, StoreError> {
        let (region, rows) = (self.region.as_str(), account_rows(accounts));
        let done = insert_accounts!(region, rows, "DO NOTHING").execute(connection).await.map_err(failed)?;
        Ok(done.rows_affected())
    }

    /// Replaces the row if its version is still the one that was read, and returns the row number.
    pub(crate) async fn replace_row(
        &self,
        connection: &mut PgConnection,
        account: &Account,
    ) -> Result<i64, StoreError> {
        self.refuse_ambiguous_name(connection, account).await?;
        let (region, row) = (self.region.as_str(), account_row(account).to_string());
        let row = sqlx::query_scalar!(
            "UPDATE accounts SET name = r ->> 'name', enabled = (r ->> 'enabled')::boolean,
                                 epoch = (r ->> 'epoch')::bigint, token_ttl = (r ->> 'token_ttl')::bigint,
                                 expires_at = to_timestamp((r ->> 'expires_at')::bigint),
                                 allow_cidr = ARRAY(SELECT json_array_elements_text(r -> 'allow_cidr')::cidr),
                                 default_resource = r ->> 'default_resource',
                                 description = r ->> 'description', owner = r ->> 'owner',
                                 labels = (r -> 'labels')::jsonb, version = version + 1
             FROM (SELECT $2::text::json AS r) p
             WHERE region = $1 AND client_id = r ->> 'client_id' AND version = (r ->> 'version')::bigint
               AND deleted_at IS NULL RETURNING id",
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
        connection: &mut PgConnection,
        account: &Account,
        at: Timestamp,
    ) -> Result<i64, StoreError> {
        let (region, client_id, at) = (self.region.as_str(), account.client_id.as_str(), moment(at));
        let row = sqlx::query_scalar!(
            "UPDATE accounts SET deleted_at = $1, epoch = $2, default_resource = NULL, version = version + 1
             WHERE region = $3 AND client_id = $4 AND version = $5 AND deleted_at IS NULL RETURNING id",
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

/// The rows of accounts as a JSON array.
fn account_rows(accounts: &[Account]) -> String {
    Value::Array(accounts.iter().map(account_row).collect()).to_string()
}

/// The columns of an account's row, except the region and the time of deletion.
fn account_row(account: &Account) -> Value {
    json!({
        "client_id": account.client_id,
        "tenant": account.tenant.name,
        "name": account.name,
        "enabled": account.enabled,
        "epoch": account.epoch,
        "token_ttl": seconds(account.token_ttl),
        "expires_at": account.expires_at.map(in_range),
        // A network of the type `cidr` has no bits to the right of its prefix.
        "allow_cidr": account.allow_cidr.iter().map(IpNet::trunc).collect::<Vec<_>>(),
        "default_resource": account.default_resource.as_ref().map(ResourceUri::key),
        "created_at": in_range(account.created_at),
        "version": account.version,
        "description": account.details.description,
        "owner": account.details.owner,
        "labels": account.details.labels,
    })
}

pub(crate) fn seconds(duration: Option<Duration>) -> Option<i64> {
    duration.map(|duration| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
}
