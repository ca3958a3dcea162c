//! Writes the grants, introspection rights and credentials of accounts, each kind as one JSON array in one statement.
//!
//! Each element of such an array begins with the account's id.

use jeton_core::model::{Account, Timestamp};
use jeton_core::store::{StoreError, StoredCredential};
use jeton_protocol::RegionName;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::connection::error::failed;
use crate::times::in_range;

/// Adds new grants and introspection rights, and adds or updates credentials by id. The rows of the accounts exist.
pub(crate) async fn upsert_parts(
    connection: &mut PgConnection,
    region: &RegionName,
    accounts: &[Account],
) -> Result<(), StoreError> {
    let region = region.as_str();
    let (grants, rights, credentials) = (grants(accounts), rights(accounts), credentials(accounts));
    sqlx::query!(
        "INSERT INTO grants (account, resource, scope)
         SELECT a.id, p.value ->> 1, p.value ->> 2
         FROM json_array_elements($2::text::json) p(value)
              JOIN accounts a ON a.region = $1 AND a.client_id = p.value ->> 0
         ON CONFLICT DO NOTHING",
        region,
        grants,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "INSERT INTO introspection_rights (account, resource)
         SELECT a.id, p.value ->> 1
         FROM json_array_elements($2::text::json) p(value)
              JOIN accounts a ON a.region = $1 AND a.client_id = p.value ->> 0
         ON CONFLICT DO NOTHING",
        region,
        rights,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "INSERT INTO credentials (account, id, kind, lookup, label, hash, last_four, created_at, lifetime,
                                  expires_at, revoked_at, scope, allow_cidr)
         SELECT a.id, c.value ->> 'id', c.value ->> 'kind', decode(c.value ->> 'lookup', 'hex'),
                c.value ->> 'label', c.value ->> 'hash', c.value ->> 'last_four',
                to_timestamp((c.value ->> 'created_at')::bigint), (c.value ->> 'lifetime')::bigint,
                to_timestamp((c.value ->> 'expires_at')::bigint),
                to_timestamp((c.value ->> 'revoked_at')::bigint), c.value ->> 'scope',
                ARRAY(SELECT json_array_elements_text((c.value ->> 'allow_cidr')::json)::cidr)
         FROM json_array_elements($2::text::json) WITH ORDINALITY p(value, position)
              CROSS JOIN LATERAL (SELECT p.value -> 1 AS value) c
              JOIN accounts a ON a.region = $1 AND a.client_id = p.value ->> 0
         ORDER BY p.position
         ON CONFLICT (account, id) DO UPDATE SET
             kind = excluded.kind, lookup = excluded.lookup, label = excluded.label, hash = excluded.hash,
             last_four = excluded.last_four, created_at = excluded.created_at, lifetime = excluded.lifetime,
             expires_at = excluded.expires_at, revoked_at = excluded.revoked_at,
             scope = excluded.scope, allow_cidr = excluded.allow_cidr",
        region,
        credentials,
    )
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Removes the grants and introspection rights that `account` no longer has.
pub(crate) async fn remove_obsolete_rights(
    connection: &mut PgConnection,
    row: i64,
    account: &Account,
) -> Result<(), StoreError> {
    let account = std::slice::from_ref(account);
    let (grants, rights) = (grants(account), rights(account));
    sqlx::query!(
        "DELETE FROM grants WHERE account = $1
         AND (resource, scope) NOT IN (SELECT p.value ->> 1, p.value ->> 2 FROM json_array_elements($2::text::json) p(value))",
        row,
        grants,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "DELETE FROM introspection_rights WHERE account = $1
         AND resource NOT IN (SELECT p.value ->> 1 FROM json_array_elements($2::text::json) p(value))",
        row,
        rights,
    )
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Removes all grants, introspection rights and credentials of an account.
pub(crate) async fn remove_parts(connection: &mut PgConnection, row: i64) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM grants WHERE account = $1", row)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    sqlx::query!("DELETE FROM introspection_rights WHERE account = $1", row)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    sqlx::query!("DELETE FROM credentials WHERE account = $1", row)
        .execute(connection)
        .await
        .map_err(failed)?;
    Ok(())
}

/// Each as account, key of the resource, scope.
fn grants(accounts: &[Account]) -> String {
    let mut rows = Vec::new();
    for account in accounts {
        for (resource, scope) in &account.grants {
            rows.extend(scope.iter().map(|name| json!([account.client_id, resource.key(), name])));
        }
    }
    Value::Array(rows).to_string()
}

/// Each as account, key of the resource.
fn rights(accounts: &[Account]) -> String {
    let of_one = |account: &Account| -> Vec<Value> {
        account.introspects.iter().map(|resource| json!([account.client_id, resource.key()])).collect()
    };
    Value::Array(accounts.iter().flat_map(of_one).collect()).to_string()
}

/// Each as account, [`StoredCredential`].
fn credentials(accounts: &[Account]) -> String {
    let of_one = |account: &Account| -> Vec<Value> {
        let stored = account.credentials.iter().map(StoredCredential::from).map(in_columns);
        stored.map(|stored| json!([account.client_id, stored])).collect()
    };
    Value::Array(accounts.iter().flat_map(of_one).collect()).to_string()
}

/// The credential with values that the columns can hold: see [`in_range`].
fn in_columns(stored: StoredCredential) -> StoredCredential {
    let bounded = |seconds| in_range(Timestamp::from_unix(seconds));
    StoredCredential {
        created_at: bounded(stored.created_at),
        expires_at: stored.expires_at.map(bounded),
        revoked_at: stored.revoked_at.map(bounded),
        ..stored
    }
}
