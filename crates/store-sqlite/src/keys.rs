//! Keeping signing keys, and knowing which master key sealed them.

use async_trait::async_trait;
use jeton_core::model::{KeyId, SigningKey, Timestamp};
use jeton_core::store::{AuditEntry, KeyStore, StoreError};
use sqlx::SqliteExecutor;

use crate::SqliteStore;
use crate::error::failed;

#[async_trait]
impl KeyStore for SqliteStore {
    async fn list_signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        self.list_signing_keys_in(&self.reads).await
    }

    async fn add_signing_key(&self, key: &SigningKey, audit: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let (region, id, algorithm) = (self.region.as_str(), key.id.as_str(), key.algorithm.as_str());
        let (state, created_at) = (key.state.as_str(), key.created_at.unix());
        sqlx::query!(
            "INSERT INTO signing_keys (region, id, algorithm, state, sealed_private_key, created_at)
             VALUES (?, ?, ?, ?, ?, ?)",
            region,
            id,
            algorithm,
            state,
            key.sealed_private_key,
            created_at,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        self.commit(transaction, audit).await
    }

    async fn find_master_key_check(&self) -> Result<Option<Vec<u8>>, StoreError> {
        let region = self.region.as_str();
        let check = sqlx::query_scalar!("SELECT master_key_check FROM regions WHERE name = ?", region)
            .fetch_optional(&self.reads)
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
    pub(crate) async fn list_signing_keys_in(
        &self,
        snapshot: impl SqliteExecutor<'_>,
    ) -> Result<Vec<SigningKey>, StoreError> {
        let region = self.region.as_str();
        let rows = sqlx::query_as!(
            SigningKeyRow,
            "SELECT id, algorithm, state, sealed_private_key, created_at
             FROM signing_keys WHERE region = ? ORDER BY number",
            region,
        )
        .fetch_all(snapshot)
        .await
        .map_err(failed)?;
        Ok(rows.into_iter().filter_map(SigningKeyRow::into_key).collect())
    }
}

struct SigningKeyRow {
    id: String,
    algorithm: String,
    state: String,
    sealed_private_key: Vec<u8>,
    created_at: i64,
}

impl SigningKeyRow {
    /// Nothing for a state or an algorithm of a later version: what this one does not know, it does not trust, and an
    /// upgrade of the other nodes must not stop it.
    fn into_key(self) -> Option<SigningKey> {
        Some(SigningKey {
            id: KeyId::from_thumbprint(self.id),
            algorithm: self.algorithm.parse().ok()?,
            state: self.state.parse().ok()?,
            sealed_private_key: self.sealed_private_key,
            created_at: Timestamp::from_unix(self.created_at),
        })
    }
}
