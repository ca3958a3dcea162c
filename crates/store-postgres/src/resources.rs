//! Stores resources.

use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use jeton_core::model::{Algorithm, Resource, ScopeDefinition};
use jeton_core::store::{AuditEntry, Conflict, ResourceStore, ResourceUsers, StoreError};
use jeton_protocol::{ResourceUri, ScopeName};
use serde_json::json;
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;

use crate::PostgresStore;
use crate::accounts::write::seconds;
use crate::connection::error::{corrupt, failed, removal_failed};
use crate::times::{moment, timestamp};

#[async_trait]
impl ResourceStore for PostgresStore {
    async fn find_resource(&self, uri: &ResourceUri) -> Result<Option<Resource>, StoreError> {
        let uri = uri.key();
        let row =
            select_resources!("WHERE r.uri = $1", uri).fetch_optional(self.reads()).await.map_err(failed)?;
        row.map(ResourceRow::into_resource).transpose()
    }

    async fn list_resources(&self) -> Result<Vec<Resource>, StoreError> {
        list_resources_in(self.reads()).await
    }

    async fn list_resource_users(&self, uri: &ResourceUri, limit: u32) -> Result<ResourceUsers, StoreError> {
        self.users_of(uri, limit).await
    }

    async fn add_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let (uri, token_format) = (resource.uri.key(), resource.token_format.as_str());
            let spelling = Some(resource.uri.as_str()).filter(|spelling| *spelling != uri);
            let algorithm = resource.algorithm.as_str();
            let previous_algorithm = resource.previous_algorithm.map(Algorithm::as_str);
            let (token_ttl, created_at) = (seconds(resource.token_ttl), moment(resource.created_at));
            sqlx::query!(
                "INSERT INTO resources (uri, spelling, name, token_format, algorithm, previous_algorithm, token_ttl,
                                        created_at, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
                uri,
                spelling,
                resource.name,
                token_format,
                algorithm,
                previous_algorithm,
                token_ttl,
                created_at,
                resource.version,
            )
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            upsert_scopes(&mut transaction, resource).await?;
            self.commit(transaction, audit).await
        })
        .await
    }

    async fn replace_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let (uri, token_format) = (resource.uri.key(), resource.token_format.as_str());
            let algorithm = resource.algorithm.as_str();
            let previous_algorithm = resource.previous_algorithm.map(Algorithm::as_str);
            let token_ttl = seconds(resource.token_ttl);
            let done = sqlx::query!(
                "UPDATE resources SET name = $1, token_format = $2, algorithm = $3, previous_algorithm = $4, token_ttl = $5,
                                      version = version + 1
                 WHERE uri = $6 AND version = $7",
                resource.name,
                token_format,
                algorithm,
                previous_algorithm,
                token_ttl,
                uri,
                resource.version,
            )
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            if done.rows_affected() != 1 {
                return Err(StoreError::Conflict(Conflict::Stale));
            }
            remove_obsolete_scopes(&mut transaction, resource).await?;
            upsert_scopes(&mut transaction, resource).await?;
            self.commit(transaction, audit).await
        })
        .await
    }

    async fn delete_resource(&self, resource: &Resource, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let uri = resource.uri.key();
            let done =
                sqlx::query!("DELETE FROM resources WHERE uri = $1 AND version = $2", uri, resource.version)
                    .execute(&mut *transaction)
                    .await
                    .map_err(removal_failed)?;
            if done.rows_affected() != 1 {
                return Err(StoreError::Conflict(Conflict::Stale));
            }
            self.commit(transaction, audit).await
        })
        .await
    }
}

pub(crate) async fn list_resources_in(snapshot: impl PgExecutor<'_>) -> Result<Vec<Resource>, StoreError> {
    let rows = select_resources!("ORDER BY r.uri").fetch_all(snapshot).await.map_err(failed)?;
    rows.into_iter().map(ResourceRow::into_resource).collect()
}

/// Adds new scopes, and sets the text and the implied scopes of each scope.
async fn upsert_scopes(connection: &mut PgConnection, resource: &Resource) -> Result<(), StoreError> {
    let uri = resource.uri.key();
    let scopes: Vec<_> = resource.scopes.iter().map(|(name, facts)| (name, &facts.text)).collect();
    let scopes = json!(scopes).to_string();
    sqlx::query!(
        "INSERT INTO scopes (resource, name, text)
         SELECT $1, p.value ->> 0, p.value ->> 1 FROM json_array_elements($2::text::json) p(value)
         ON CONFLICT (resource, name) DO UPDATE SET text = excluded.text",
        uri,
        scopes,
    )
    .execute(&mut *connection)
    .await
    .map_err(failed)?;
    sqlx::query!("DELETE FROM scope_implications WHERE resource = $1", uri)
        .execute(&mut *connection)
        .await
        .map_err(failed)?;
    let implications: Vec<_> = resource
        .scopes
        .iter()
        .flat_map(|(name, facts)| facts.implies.iter().map(move |implied| (name, implied)))
        .collect();
    let implications = json!(implications).to_string();
    sqlx::query!(
        "INSERT INTO scope_implications (resource, scope, implied)
         SELECT $1, p.value ->> 0, p.value ->> 1 FROM json_array_elements($2::text::json) p(value)",
        uri,
        implications,
    )
    .execute(connection)
    .await
    .map_err(failed)?;
    Ok(())
}

/// Removes the scopes that `resource` no longer has. Fails if an account is granted one of them.
async fn remove_obsolete_scopes(
    connection: &mut PgConnection,
    resource: &Resource,
) -> Result<(), StoreError> {
    let uri = resource.uri.key();
    let names: Vec<String> = resource.scopes.keys().map(|name| name.as_str().to_owned()).collect();
    sqlx::query!("DELETE FROM scopes WHERE resource = $1 AND name <> ALL ($2)", uri, &names,)
        .execute(connection)
        .await
        .map_err(removal_failed)?;
    Ok(())
}

/// A stored resource, with its scopes as JSON.
struct ResourceRow {
    uri: String,
    name: Option<String>,
    token_format: String,
    algorithm: String,
    previous_algorithm: Option<String>,
    token_ttl: Option<i64>,
    created_at: OffsetDateTime,
    version: i64,
    scopes: String,
}

impl ResourceRow {
    fn into_resource(self) -> Result<Resource, StoreError> {
        let scopes: Vec<(ScopeName, String, Vec<ScopeName>)> =
            serde_json::from_str(&self.scopes).map_err(corrupt)?;
        let scopes: BTreeMap<_, _> = scopes
            .into_iter()
            .map(|(name, text, implies)| {
                (name, ScopeDefinition { text, implies: implies.into_iter().collect() })
            })
            .collect();
        let previous_algorithm = self.previous_algorithm.as_deref().map(str::parse::<Algorithm>).transpose();
        Ok(Resource {
            uri: self.uri.parse().map_err(corrupt)?,
            name: self.name,
            scopes,
            token_format: self.token_format.parse().map_err(corrupt)?,
            algorithm: self.algorithm.parse().map_err(corrupt)?,
            previous_algorithm: previous_algorithm.map_err(corrupt)?,
            token_ttl: self
                .token_ttl
                .map(u64::try_from)
                .transpose()
                .map_err(corrupt)?
                .map(Duration::from_secs),
            created_at: timestamp(self.created_at),
            version: self.version,
        })
    }
}

/// Selects resources. `$tail` is the end of the statement.
macro_rules! select_resources {
    ($tail:literal $(, $argument:expr)*) => {
        sqlx::query_as!(
            ResourceRow,
            r#"SELECT coalesce(r.spelling, r.uri) AS "uri!", r.name, r.token_format, r.algorithm,
                      r.previous_algorithm, r.token_ttl, r.created_at, r.version,
                      (SELECT coalesce(json_agg(json_build_array(s.name, s.text, ARRAY(
                                  SELECT i.implied FROM scope_implications i
                                  WHERE i.resource = s.resource AND i.scope = s.name))), '[]')::text
                       FROM scopes s WHERE s.resource = r.uri) AS "scopes!"
               FROM resources r "# + $tail
            $(, $argument)*
        )
    };
}

use select_resources;
