//! Rejects an account name that is the id of another account. Each check runs in the transaction that writes,
//! under the locks of the names and ids that it is about.
//!
//! A deleted account keeps its row, so its id counts too; its name does not. Searching all regions is cheap: there are
//! few of them, and the index on ids begins with the region.

use jeton_core::model::Account;
use jeton_core::store::{Conflict, StoreError};
use jeton_protocol::{ClientId, RegionName};
use sqlx::{PgConnection, PgExecutor};

use crate::PostgresStore;
use crate::accounts::locks::lock_names;
use crate::connection::error::{corrupt, failed};

impl PostgresStore {
    /// Rejects a new name that is the id of another account. The account may keep its current name, which may be older
    /// than this rule.
    pub(crate) async fn refuse_ambiguous_name(
        &self,
        connection: &mut PgConnection,
        account: &Account,
    ) -> Result<(), StoreError> {
        let (region, id, name) = (self.region.as_str(), account.client_id.as_str(), account.name.as_str());
        let has_the_name = sqlx::query_scalar!(
            r#"SELECT EXISTS (SELECT 1 FROM accounts WHERE region = $1 AND client_id = $2 AND name = $3) AS "has!""#,
            region,
            id,
            name,
        )
        .fetch_one(&mut *connection)
        .await
        .map_err(failed)?;
        if has_the_name {
            return Ok(());
        }
        lock_names(&mut *connection, [name]).await?;
        refuse_name_of_an_id(connection, account).await
    }
}

/// Rejects a new account whose name is the id of another account, or whose id is the name of another account.
pub(crate) async fn refuse_ambiguous_new(
    connection: &mut PgConnection,
    account: &Account,
) -> Result<(), StoreError> {
    refuse_name_of_an_id(&mut *connection, account).await?;
    let id = account.client_id.as_str();
    let is_a_name = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM accounts
                          WHERE name = $1 AND client_id <> $1 AND deleted_at IS NULL) AS "is_a_name!""#,
        id,
    )
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    if is_a_name { Err(StoreError::Conflict(Conflict::IdIsAName)) } else { Ok(()) }
}

async fn refuse_name_of_an_id(connection: &mut PgConnection, account: &Account) -> Result<(), StoreError> {
    match account.name.as_str().parse::<ClientId>() {
        Ok(id) if id != account.client_id && is_account_id(connection, &id).await? => {
            Err(StoreError::Conflict(Conflict::NameIsAnId))
        }
        Ok(_) | Err(_) => Ok(()),
    }
}

/// Whether an account with this id exists or existed in any region.
pub(crate) async fn is_account_id(
    connection: impl PgExecutor<'_>,
    id: &ClientId,
) -> Result<bool, StoreError> {
    let id = id.as_str();
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM regions r JOIN accounts a ON a.region = r.name
                          WHERE a.client_id = $1) AS "is_an_id!""#,
        id,
    )
    .fetch_one(connection)
    .await
    .map_err(failed)
}

/// The first region other than `region` with an account of this id.
pub(crate) async fn find_other_region(
    connection: impl PgExecutor<'_>,
    region: &RegionName,
    id: &ClientId,
) -> Result<Option<RegionName>, StoreError> {
    let (region, id) = (region.as_str(), id.as_str());
    let found = sqlx::query_scalar!(
        "SELECT a.region FROM regions r JOIN accounts a ON a.region = r.name
         WHERE r.name <> $1 AND a.client_id = $2 AND a.deleted_at IS NULL
         ORDER BY r.name LIMIT 1",
        region,
        id,
    )
    .fetch_optional(connection)
    .await
    .map_err(failed)?;
    found.map(|region| region.parse().map_err(corrupt)).transpose()
}

/// Checks accounts that are added in bulk, after [`insert_rows`](crate::accounts::write::insert_rows). The names and ids
/// are locked.
pub(crate) async fn refuse_ambiguous_among(
    connection: &mut PgConnection,
    accounts: &[Account],
) -> Result<(), StoreError> {
    // With LIMIT 1, the server looks up each name by an index. It would read all accounts for a join, because it takes a
    // name to be that of many accounts while the table has no statistics.
    let names: Vec<String> = accounts.iter().map(|account| account.name.as_str().to_owned()).collect();
    let ids: Vec<String> = accounts.iter().map(|account| account.client_id.as_str().to_owned()).collect();
    let found = sqlx::query!(
        r#"SELECT EXISTS (SELECT 1 FROM unnest($1::text[], $2::text[]) n(name, id) CROSS JOIN regions r
                          CROSS JOIN LATERAL (SELECT 1 FROM accounts a
                                              WHERE a.region = r.name AND a.client_id = n.name LIMIT 1) found
                          WHERE n.name <> n.id) AS "name_is_an_id!",
                  EXISTS (SELECT 1 FROM unnest($2::text[]) n(id)
                          CROSS JOIN LATERAL (SELECT 1 FROM accounts a WHERE a.name = n.id AND a.client_id <> n.id
                                              AND a.deleted_at IS NULL LIMIT 1) found) AS "id_is_a_name!""#,
        &names,
        &ids,
    )
    .fetch_one(connection)
    .await
    .map_err(failed)?;
    match (found.name_is_an_id, found.id_is_a_name) {
        (true, _) => Err(StoreError::Conflict(Conflict::NameIsAnId)),
        (false, true) => Err(StoreError::Conflict(Conflict::IdIsAName)),
        (false, false) => Ok(()),
    }
}
