//! Stores keys and records which master key encrypted them.

use async_trait::async_trait;
use jeton_core::model::{Key, KeyId};
use jeton_core::store::{AuditEntry, Conflict, KeyChange, KeyStore, StoreError};
use sqlx::{PgConnection, PgExecutor};
use time::OffsetDateTime;

use crate::connection::error::failed;
use crate::times::{moment, timestamp};
use crate::{PostgresStore, fence};

#[async_trait]
impl KeyStore for PostgresStore {
    async fn list_keys(&self) -> Result<Vec<Key>, StoreError> {
        self.list_keys_in(self.reads()).await
    }

    async fn change_keys(&self, change: &KeyChange, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            self.check_master_key(&mut transaction, change).await?;
            if change.new_master_key_check.is_some() {
                self.require_all_keys(&mut transaction, change).await?;
            }
            for key in &change.replaced {
                self.replace_key(&mut transaction, key).await?;
            }
            for key in &change.added {
                self.add_key(&mut transaction, key).await?;
            }
            self.commit(transaction, audit).await
        })
        .await
    }

    async fn find_master_key_check(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let region = self.region.as_str();
        let check = sqlx::query_scalar!("SELECT master_key_check FROM regions WHERE name = $1", region)
            .fetch_optional(self.reads())
            .await
            .map_err(failed)?;
        Ok(check.flatten())
    }

    async fn claim_master_key(&self, check: &[u8]) -> Result<Vec<u8>, StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let region = self.region.as_str();
            sqlx::query!(
                "UPDATE regions SET master_key_check = $1 WHERE name = $2 AND master_key_check IS NULL",
                check,
                region,
            )
            .execute(&mut *transaction)
            .await
            .map_err(failed)?;
            let stored = sqlx::query_scalar!(
                r#"SELECT master_key_check AS "check!" FROM regions WHERE name = $1"#,
                region
            )
            .fetch_one(&mut *transaction)
            .await
            .map_err(failed)?;
            fence::commit(transaction).await?;
            Ok(stored)
        })
        .await
    }
}

impl PostgresStore {
    /// Checks that the region still has the master key of the change, and sets the new master key if there is one.
    async fn check_master_key(
        &self,
        connection: &mut PgConnection,
        change: &KeyChange,
    ) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let next = change.new_master_key_check.as_ref().unwrap_or(&change.master_key_check);
        let done = sqlx::query!(
            "UPDATE regions SET master_key_check = $1 WHERE name = $2 AND master_key_check = $3",
            next,
            region,
            change.master_key_check,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict(Conflict::Stale)) }
    }

    /// Checks that no key stays encrypted with the previous master key. Another process may have added a key after the
    /// keys were listed.
    async fn require_all_keys(
        &self,
        connection: &mut PgConnection,
        change: &KeyChange,
    ) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let encrypted = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM keys WHERE region = $1 AND sealed IS NOT NULL"#,
            region
        )
        .fetch_one(connection)
        .await
        .map_err(failed)?;
        let replaced = i64::try_from(change.replaced.len()).unwrap_or(i64::MAX);
        if encrypted == replaced { Ok(()) } else { Err(StoreError::Conflict(Conflict::Stale)) }
    }

    async fn add_key(&self, connection: &mut PgConnection, key: &Key) -> Result<(), StoreError> {
        let (region, id, kind, state) =
            (self.region.as_str(), key.id.as_str(), key.kind.as_str(), key.state.as_str());
        let (created_at, activated_at) = (moment(key.created_at), key.activated_at.map(moment));
        let (retired_at, ended_at) = (key.retired_at.map(moment), key.ended_at.map(moment));
        sqlx::query!(
            "INSERT INTO keys (region, id, kind, state, sealed, created_at, activated_at, retired_at, ended_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            region,
            id,
            kind,
            state,
            key.sealed.as_deref(),
            created_at,
            activated_at,
            retired_at,
            ended_at,
            key.version,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn replace_key(&self, connection: &mut PgConnection, key: &Key) -> Result<(), StoreError> {
        let (region, id, state) = (self.region.as_str(), key.id.as_str(), key.state.as_str());
        let (activated_at, retired_at, ended_at) =
            (key.activated_at.map(moment), key.retired_at.map(moment), key.ended_at.map(moment));
        let done = sqlx::query!(
            "UPDATE keys SET state = $1, sealed = $2, activated_at = $3, retired_at = $4, ended_at = $5,
                             version = version + 1
             WHERE region = $6 AND id = $7 AND version = $8",
            state,
            key.sealed.as_deref(),
            activated_at,
            retired_at,
            ended_at,
            region,
            id,
            key.version,
        )
        .execute(connection)
        .await
        .map_err(failed)?;
        if done.rows_affected() == 1 { Ok(()) } else { Err(StoreError::Conflict(Conflict::Stale)) }
    }

    pub(crate) async fn list_keys_in(&self, snapshot: impl PgExecutor<'_>) -> Result<Vec<Key>, StoreError> {
        let region = self.region.as_str();
        let rows = sqlx::query_as!(
            KeyRow,
            "SELECT id, kind, state, sealed, created_at, activated_at, retired_at, ended_at, version
             FROM keys WHERE region = $1 ORDER BY number",
            region,
        )
        .fetch_all(snapshot)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().filter_map(KeyRow::into_key).collect())
    }
}

struct KeyRow {
    id: String,
    kind: String,
    state: String,
    sealed: Option<Vec<u8>>,
    created_at: OffsetDateTime,
    activated_at: Option<OffsetDateTime>,
    retired_at: Option<OffsetDateTime>,
    ended_at: Option<OffsetDateTime>,
    version: i64,
}

impl KeyRow {
    /// `None` for a state or a kind of a later version. This version must not trust such a key, and must keep running
    /// while other nodes are upgraded.
    fn into_key(self) -> Option<Key> {
        Some(Key {
            id: KeyId::from_stored(self.id),
            kind: self.kind.parse().ok()?,
            state: self.state.parse().ok()?,
            sealed: self.sealed,
            created_at: timestamp(self.created_at),
            activated_at: self.activated_at.map(timestamp),
            retired_at: self.retired_at.map(timestamp),
            ended_at: self.ended_at.map(timestamp),
            version: self.version,
        })
    }
}
