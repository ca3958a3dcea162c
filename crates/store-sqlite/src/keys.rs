//! Stores keys and records which master key encrypted them.

use async_trait::async_trait;
use jeton_core::model::{Key, KeyId, Timestamp};
use jeton_core::store::{AuditEntry, Conflict, KeyChange, KeyStore, StoreError};
use sqlx::{SqliteConnection, SqliteExecutor};

use crate::SqliteStore;
use crate::connection::error::failed;

#[async_trait]
impl KeyStore for SqliteStore {
    async fn list_keys(&self) -> Result<Vec<Key>, StoreError> {
        self.list_keys_in(self.reads()?).await
    }

    async fn change_keys(&self, change: &KeyChange, audit: &AuditEntry) -> Result<(), StoreError> {
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
    }

    async fn find_master_key_check(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let region = self.region.as_str();
        let check = sqlx::query_scalar!("SELECT master_key_check FROM regions WHERE name = ?", region)
            .fetch_optional(self.reads()?)
            .await
            .map_err(failed)?;
        Ok(check.flatten())
    }

    async fn claim_master_key(&self, check: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut transaction = self.begin().await?;
        let region = self.region.as_str();
        sqlx::query!(
            "UPDATE regions SET master_key_check = ? WHERE name = ? AND master_key_check IS NULL",
            check,
            region,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        let stored =
            sqlx::query_scalar!(r#"SELECT master_key_check AS "check!" FROM regions WHERE name = ?"#, region)
                .fetch_one(&mut *transaction)
                .await
                .map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        Ok(stored)
    }
}

impl SqliteStore {
    /// Checks that the region still has the master key of the change, and sets the new master key if there is one.
    async fn check_master_key(
        &self,
        connection: &mut SqliteConnection,
        change: &KeyChange,
    ) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let next = change.new_master_key_check.as_ref().unwrap_or(&change.master_key_check);
        let done = sqlx::query!(
            "UPDATE regions SET master_key_check = ? WHERE name = ? AND master_key_check = ?",
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
        connection: &mut SqliteConnection,
        change: &KeyChange,
    ) -> Result<(), StoreError> {
        let region = self.region.as_str();
        let encrypted =
            sqlx::query_scalar!("SELECT count(*) FROM keys WHERE region = ? AND sealed IS NOT NULL", region)
                .fetch_one(connection)
                .await
                .map_err(failed)?;
        let replaced = i64::try_from(change.replaced.len()).unwrap_or(i64::MAX);
        if encrypted == replaced { Ok(()) } else { Err(StoreError::Conflict(Conflict::Stale)) }
    }

    async fn add_key(&self, connection: &mut SqliteConnection, key: &Key) -> Result<(), StoreError> {
        let (region, id, kind, state) =
            (self.region.as_str(), key.id.as_str(), key.kind.as_str(), key.state.as_str());
        let (created_at, activated_at) = (key.created_at.unix(), key.activated_at.map(Timestamp::unix));
        let (retired_at, ended_at) = (key.retired_at.map(Timestamp::unix), key.ended_at.map(Timestamp::unix));
        sqlx::query!(
            "INSERT INTO keys (region, id, kind, state, sealed, created_at, activated_at, retired_at, ended_at, version)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            region,
            id,
            kind,
            state,
            key.sealed,
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

    async fn replace_key(&self, connection: &mut SqliteConnection, key: &Key) -> Result<(), StoreError> {
        let (region, id, state) = (self.region.as_str(), key.id.as_str(), key.state.as_str());
        let (activated_at, retired_at, ended_at) = (
            key.activated_at.map(Timestamp::unix),
            key.retired_at.map(Timestamp::unix),
            key.ended_at.map(Timestamp::unix),
        );
        let done = sqlx::query!(
            "UPDATE keys SET state = ?, sealed = ?, activated_at = ?, retired_at = ?, ended_at = ?,
                             version = version + 1
             WHERE region = ? AND id = ? AND version = ?",
            state,
            key.sealed,
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

    pub(crate) async fn list_keys_in(
        &self,
        snapshot: impl SqliteExecutor<'_>,
    ) -> Result<Vec<Key>, StoreError> {
        let region = self.region.as_str();
        let rows = sqlx::query_as!(
            KeyRow,
            "SELECT id, kind, state, sealed, created_at, activated_at, retired_at, ended_at, version
             FROM keys WHERE region = ? ORDER BY number",
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
    created_at: i64,
    activated_at: Option<i64>,
    retired_at: Option<i64>,
    ended_at: Option<i64>,
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
            created_at: Timestamp::from_unix(self.created_at),
            activated_at: self.activated_at.map(Timestamp::from_unix),
            retired_at: self.retired_at.map(Timestamp::from_unix),
            ended_at: self.ended_at.map(Timestamp::from_unix),
            version: self.version,
        })
    }
}
