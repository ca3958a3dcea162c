//! Writes an account's grants, introspection rights and credentials, each kind as one JSON array in one statement.

use jeton_core::model::{Account, Credential, Timestamp};
use jeton_core::store::StoreError;
use jeton_protocol::{ResourceUri, ScopeName};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::accounts::row::kind_and_lookup;
use crate::accounts::write::networks;
use crate::connection::error::failed;

/// Adds new grants and introspection rights, and adds or updates credentials by id.
pub(crate) async fn upsert_rights_and_credentials(
    connection: &mut SqliteConnection,
    row: i64,
    account: &Account,
) -> Result<(), StoreError> {
    let (grants, rights, credentials) = (grants(account), rights(account), credentials(account));
    sqlx::query!(
        "INSERT INTO grants (account, resource, scope)
         SELECT ?1, value ->> 0, value ->> 1 FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
        row,
        grants,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "INSERT INTO introspection_rights (account, resource)
         SELECT ?1, value FROM json_each(?2) WHERE true ON CONFLICT DO NOTHING",
        row,
        rights,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "INSERT INTO credentials (account, id, kind, lookup, label, hash, last_four, created_at, expires_at,
                                  revoked_at, scope, allow_cidr)
         SELECT ?1, value ->> 0, value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4, value ->> 5,
                value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10
         FROM json_each(?2) WHERE true
         ON CONFLICT (account, id) DO UPDATE SET
             kind = excluded.kind, lookup = excluded.lookup, label = excluded.label, hash = excluded.hash,
             last_four = excluded.last_four, created_at = excluded.created_at,
             expires_at = excluded.expires_at, revoked_at = excluded.revoked_at,
             scope = excluded.scope, allow_cidr = excluded.allow_cidr",
        row,
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
    let (grants, rights) = (grants(account), rights(account));
    sqlx::query!(
        "DELETE FROM grants WHERE account = ?
         AND (resource, scope) NOT IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
        row,
        grants,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!(
        "DELETE FROM introspection_rights WHERE account = ?
         AND resource NOT IN (SELECT value FROM json_each(?))",
        row,
        rights,
    )
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Removes all grants, introspection rights and credentials of an account.
pub(crate) async fn remove_rights_and_credentials(
    connection: &mut SqliteConnection,
    row: i64,
) -> Result<(), StoreError> {
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

/// Each granted scope with the key of its resource.
pub(crate) fn grant_pairs(account: &Account) -> impl Iterator<Item = (&str, &ScopeName)> {
    account.grants.iter().flat_map(|(uri, scope)| scope.iter().map(move |name| (uri.key(), name)))
}

/// A credential as a JSON array in the order of its columns.
pub(crate) fn credential_row(credential: &Credential) -> Value {
    let (kind, lookup) = kind_and_lookup(credential);
    json!([
        credential.id,
        kind,
        lookup,
        credential.label,
        credential.hash.as_stored(),
        credential.last_four,
        credential.created_at.unix(),
        credential.expires_at.map(Timestamp::unix),
        credential.revoked_at.map(Timestamp::unix),
        credential.restriction.scope,
        networks(&credential.restriction.allow_cidr),
    ])
}

fn grants(account: &Account) -> String {
    json!(grant_pairs(account).collect::<Vec<_>>()).to_string()
}

fn rights(account: &Account) -> String {
    json!(account.introspects.iter().map(ResourceUri::key).collect::<Vec<_>>()).to_string()
}

fn credentials(account: &Account) -> String {
    Value::Array(account.credentials.iter().map(credential_row).collect()).to_string()
}
