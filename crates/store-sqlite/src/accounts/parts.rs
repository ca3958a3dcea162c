//! Writes the grants, introspection rights and credentials of accounts, each kind as one JSON array in one statement.
//!
//! Each element of such an array begins with the account's id.

use jeton_core::model::Account;
use jeton_core::store::{StoreError, StoredCredential};
use jeton_protocol::RegionName;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::connection::error::failed;

/// Adds new grants and introspection rights, and adds or updates credentials by id. The rows of the accounts exist.
pub(crate) async fn upsert_parts(
    connection: &mut SqliteConnection,
    region: &RegionName,
    accounts: &[Account],
) -> Result<(), StoreError> {
    let region = region.as_str();
    let (grants, rights, credentials) = (grants(accounts), rights(accounts), credentials(accounts));
    // CROSS JOIN fixes the join order: from the few rows to the many accounts.
    sqlx::query!(
        "INSERT INTO grants (account, resource, scope)
         SELECT a.id, p.value ->> 1, p.value ->> 2
         FROM json_each(?2) p CROSS JOIN accounts a ON a.region = ?1 AND a.client_id = p.value ->> 0
         WHERE true ON CONFLICT DO NOTHING",
        region,
        grants,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "INSERT INTO introspection_rights (account, resource)
         SELECT a.id, p.value ->> 1
         FROM json_each(?2) p CROSS JOIN accounts a ON a.region = ?1 AND a.client_id = p.value ->> 0
         WHERE true ON CONFLICT DO NOTHING",
        region,
        rights,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "INSERT INTO credentials (account, id, kind, lookup, label, hash, last_four, created_at, lifetime,
                                  expires_at, revoked_at, scope, allow_cidr)
         SELECT a.id, p.value ->> '$[1].id', p.value ->> '$[1].kind', unhex(p.value ->> '$[1].lookup'),
                p.value ->> '$[1].label', p.value ->> '$[1].hash', p.value ->> '$[1].last_four',
                p.value ->> '$[1].created_at', p.value ->> '$[1].lifetime', p.value ->> '$[1].expires_at',
                p.value ->> '$[1].revoked_at', p.value ->> '$[1].scope', p.value ->> '$[1].allow_cidr'
         FROM json_each(?2) p CROSS JOIN accounts a ON a.region = ?1 AND a.client_id = p.value ->> 0
         WHERE true
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
    connection: &mut SqliteConnection,
    row: i64,
    account: &Account,
) -> Result<(), StoreError> {
    let account = std::slice::from_ref(account);
    let (grants, rights) = (grants(account), rights(account));
    sqlx::query!(
        "DELETE FROM grants WHERE account = ?
         AND (resource, scope) NOT IN (SELECT value ->> 1, value ->> 2 FROM json_each(?))",
        row,
        grants,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "DELETE FROM introspection_rights WHERE account = ?
         AND resource NOT IN (SELECT value ->> 1 FROM json_each(?))",
        row,
        rights,
    )
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Removes all grants, introspection rights and credentials of an account.
pub(crate) async fn remove_parts(connection: &mut SqliteConnection, row: i64) -> Result<(), StoreError> {
    sqlx::query!("DELETE FROM grants WHERE account = ?", row)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    sqlx::query!("DELETE FROM introspection_rights WHERE account = ?", row)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    sqlx::query!("DELETE FROM credentials WHERE account = ?", row)
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
        let stored = account.credentials.iter().map(StoredCredential::from);
        stored.map(|stored| json!([account.client_id, stored])).collect()
    };
    Value::Array(accounts.iter().flat_map(of_one).collect()).to_string()
}
