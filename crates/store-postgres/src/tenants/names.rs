//! The names that tenants gave up, and when another tenant can get one.

use jeton_core::model::{Tenant, TenantName, Timestamp};
use jeton_core::store::{Conflict, FORMER_NAME_IN_TOKENS, FormerTenantName, StoreError};
use sqlx::{PgConnection, PgExecutor};

use crate::connection::error::{corrupt, failed};
use crate::times::{moment, timestamp};

/// The last tenant that gave up this name.
pub(super) async fn find_former(
    connection: impl PgExecutor<'_>,
    name: &TenantName,
) -> Result<Option<FormerTenantName>, StoreError> {
    let name = name.as_str();
    let row = sqlx::query!(
        r#"SELECT f.tenant, coalesce(t.epoch, f.epoch) AS "epoch!", f.given_up_at
           FROM former_tenant_names f LEFT JOIN tenants t ON t.name = f.tenant WHERE f.name = $1"#,
        name,
    )
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(FormerTenantName {
        tenant: row.tenant.as_deref().map(str::parse).transpose().map_err(corrupt)?,
        epoch: row.epoch,
        given_up_at: timestamp(row.given_up_at),
    }))
}

/// Checks that `tenant` can get its name at `now`. The name is no former name afterwards. `from` is the name that it
/// has until now, if it is renamed.
pub(super) async fn take(
    connection: &mut PgConnection,
    tenant: &Tenant,
    from: Option<&TenantName>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(former) = find_former(&mut *connection, &tenant.name).await? else { return Ok(()) };
    let is_its_own = from.is_some() && former.tenant.as_ref() == from;
    if !is_its_own {
        if former.tenant.is_some() && former.given_up_at.after(FORMER_NAME_IN_TOKENS) > now {
            return Err(StoreError::Conflict(Conflict::Exists));
        }
        if tenant.epoch <= former.epoch {
            return Err(StoreError::Conflict(Conflict::Stale));
        }
    }
    let name = tenant.name.as_str();
    sqlx::query!("DELETE FROM former_tenant_names WHERE name = $1", name)
        .execute(connection)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Records that the tenant `name` gives up its name at `now`: for `new`, or because it is deleted. The same holds for
/// the names that it had before.
pub(super) async fn give_up(
    connection: &mut PgConnection,
    name: &TenantName,
    epoch: i64,
    new: Option<&TenantName>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (name, new, now) = (name.as_str(), new.map(TenantName::as_str), moment(now));
    sqlx::query!(
        "UPDATE former_tenant_names SET tenant = $1, epoch = $2 WHERE tenant = $3",
        new,
        epoch,
        name
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "INSERT INTO former_tenant_names (name, tenant, epoch, given_up_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (name) DO UPDATE SET tenant = $2, epoch = $3, given_up_at = $4",
        name,
        new,
        epoch,
        now,
    )
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}
