//! Renames and deletes tenants. The rows of accounts refer to the tenant by its name.

use jeton_core::model::{DEFAULT_TENANT, Tenant, TenantName, Timestamp};
use jeton_core::store::{Conflict, StoreError, TenantRename};
use jeton_protocol::ClientId;
use sqlx::{PgConnection, PgExecutor};

use super::names::{give_up, take};
use crate::connection::error::{corrupt, failed, removal_failed};

/// Renames a tenant with its accounts, also deleted ones. A new row takes the place of the old one, because other rows
/// refer to the name.
pub(super) async fn rename(
    connection: &mut PgConnection,
    rename: &TenantRename,
    now: Timestamp,
) -> Result<(), StoreError> {
    let TenantRename { from, tenant, longest_id } = rename;
    lock(connection, from).await?;
    match longest_client_id(&mut *connection, from).await? {
        Some((_, length)) if length > *longest_id => return Err(StoreError::Conflict(Conflict::TooLong)),
        Some(_) | None => {}
    }
    take(connection, tenant, Some(from), now).await?;
    let (old, new) = (from.as_str(), tenant.name.as_str());
    let done = sqlx::query!(
        "INSERT INTO tenants (name, enabled, accounts_allowed, epoch, created_at, version)
         SELECT $1::text, enabled, accounts_allowed, epoch, created_at, version + 1
         FROM tenants WHERE name = $2 AND version = $3",
        new,
        old,
        tenant.version,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    if done.rows_affected() != 1 {
        return Err(StoreError::Conflict(Conflict::Stale));
    }
    give_up(connection, from, tenant.epoch, Some(&tenant.name), now).await?;
    sqlx::query!("UPDATE accounts SET tenant = $1 WHERE tenant = $2", new, old)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    sqlx::query!("DELETE FROM tenants WHERE name = $1", old)
        .execute(connection)
        .await
        .map_err(removal_failed)?;
    Ok(())
}

/// Deletes a tenant. The rows of its deleted accounts keep their ids and epochs; they need some tenant.
pub(super) async fn delete(
    connection: &mut PgConnection,
    tenant: &Tenant,
    now: Timestamp,
) -> Result<(), StoreError> {
    lock(connection, &tenant.name).await?;
    let name = tenant.name.as_str();
    sqlx::query!(
        "UPDATE accounts SET tenant = $1 WHERE tenant = $2 AND deleted_at IS NOT NULL",
        DEFAULT_TENANT,
        name,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    give_up(connection, &tenant.name, tenant.epoch, None, now).await?;
    let done = sqlx::query!("DELETE FROM tenants WHERE name = $1 AND version = $2", name, tenant.version)
        .execute(connection)
        .await
        .map_err(removal_failed)?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict(Conflict::Stale)) }
}

/// Locks the row of a tenant: an account that is being added is waited for, and no other can be added until the commit.
async fn lock(connection: &mut PgConnection, tenant: &TenantName) -> Result<(), StoreError> {
    let tenant = tenant.as_str();
    sqlx::query!("SELECT version FROM tenants WHERE name = $1 FOR UPDATE", tenant)
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
    Ok(())
}

/// The account of the tenant with the longest client id as a JSON string, and the length of that.
pub(super) async fn longest_client_id(
    connection: impl PgExecutor<'_>,
    tenant: &TenantName,
) -> Result<Option<(ClientId, usize)>, StoreError> {
    let tenant = tenant.as_str();
    // Quotation marks and backslashes count twice. All characters of a client id are ASCII.
    let row = sqlx::query!(
        r#"SELECT client_id, 2 * length(client_id) - length(replace(replace(client_id, '"', ''), '\', ''))
                      AS "length!"
           FROM accounts WHERE tenant = $1 AND deleted_at IS NULL
           ORDER BY 2 DESC LIMIT 1"#,
        tenant,
    )
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((row.client_id.parse().map_err(corrupt)?, usize::try_from(row.length).map_err(corrupt)?)))
}
