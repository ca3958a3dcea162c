//! Lists the accounts that may use a resource.

use jeton_core::store::{ResourceUser, ResourceUsers, StoreError};
use jeton_protocol::{ResourceUri, Scope, ScopeName};
use sqlx::PgConnection;

use crate::PostgresStore;
use crate::connection::error::{corrupt, failed};

impl PostgresStore {
    /// Implements [`ResourceStore::list_resource_users`](jeton_core::store::ResourceStore::list_resource_users).
    pub(crate) async fn users_of(&self, uri: &ResourceUri, limit: u32) -> Result<ResourceUsers, StoreError> {
        let mut snapshot = self.scan().await?;
        let users = ResourceUsers {
            granted: self.granted(&mut snapshot, uri, limit).await?,
            granted_count: self.count_granted(&mut snapshot, uri).await?,
            introspecting: self.introspecting(&mut snapshot, uri, limit).await?,
            introspecting_count: self.count_introspecting(&mut snapshot, uri).await?,
        };
        snapshot.commit().await?;
        Ok(users)
    }

    async fn granted(
        &self,
        snapshot: &mut PgConnection,
        uri: &ResourceUri,
        limit: u32,
    ) -> Result<Vec<(ResourceUser, Scope)>, StoreError> {
        let (region, uri) = (self.region.as_str(), uri.key());
        // The scopes are read after the limit: only those of the listed accounts.
        let rows = sqlx::query!(
            r#"SELECT a.client_id AS "client_id!", a.name AS "name!", a.tenant AS "tenant!",
                      (SELECT array_agg(g.scope) FROM grants g
                       WHERE g.account = a.id AND g.resource = $2) AS "scopes!"
               FROM (SELECT a.id, a.client_id, a.name, a.tenant
                     FROM (SELECT DISTINCT account FROM grants WHERE resource = $2) g
                          JOIN accounts a ON a.id = g.account
                     WHERE a.region = $1 ORDER BY a.client_id LIMIT $3) a
               ORDER BY a.client_id"#,
            region,
            uri,
            i64::from(limit),
        )
        .fetch_all(snapshot)
        .await
        .map_err(failed)?;
        let users = rows.into_iter().map(|row| {
            let scopes = row.scopes.iter().map(|scope| scope.parse::<ScopeName>().map_err(corrupt));
            let scope = Scope::from_names(scopes.collect::<Result<Vec<_>, _>>()?)
                .ok_or_else(|| corrupt("a grant has no scope"))?;
            Ok((user(&row.client_id, &row.name, &row.tenant)?, scope))
        });
        users.collect()
    }

    async fn count_granted(&self, snapshot: &mut PgConnection, uri: &ResourceUri) -> Result<u64, StoreError> {
        let (region, uri) = (self.region.as_str(), uri.key());
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!"
               FROM (SELECT DISTINCT account FROM grants WHERE resource = $1) g
                    JOIN accounts a ON a.id = g.account WHERE a.region = $2"#,
            uri,
            region,
        )
        .fetch_one(snapshot)
        .await
        .map_err(failed)?;
        u64::try_from(count).map_err(corrupt)
    }

    async fn introspecting(
        &self,
        snapshot: &mut PgConnection,
        uri: &ResourceUri,
        limit: u32,
    ) -> Result<Vec<ResourceUser>, StoreError> {
        let (region, uri) = (self.region.as_str(), uri.key());
        let rows = sqlx::query!(
            r#"SELECT a.client_id, a.name, a.tenant
               FROM introspection_rights i JOIN accounts a ON a.id = i.account
               WHERE i.resource = $1 AND a.region = $2 ORDER BY a.client_id LIMIT $3"#,
            uri,
            region,
            i64::from(limit),
        )
        .fetch_all(snapshot)
        .await
        .map_err(failed)?;
        rows.iter().map(|row| user(&row.client_id, &row.name, &row.tenant)).collect()
    }

    async fn count_introspecting(
        &self,
        snapshot: &mut PgConnection,
        uri: &ResourceUri,
    ) -> Result<u64, StoreError> {
        let (region, uri) = (self.region.as_str(), uri.key());
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!"
               FROM introspection_rights i JOIN accounts a ON a.id = i.account
               WHERE i.resource = $1 AND a.region = $2"#,
            uri,
            region,
        )
        .fetch_one(snapshot)
        .await
        .map_err(failed)?;
        u64::try_from(count).map_err(corrupt)
    }
}

fn user(client_id: &str, name: &str, tenant: &str) -> Result<ResourceUser, StoreError> {
    Ok(ResourceUser {
        client_id: client_id.parse().map_err(corrupt)?,
        name: name.parse().map_err(corrupt)?,
        tenant: tenant.parse().map_err(corrupt)?,
    })
}
