//! Stores tenants.

use async_trait::async_trait;
use jeton_core::model::{Tenant, TenantName, Timestamp};
use jeton_core::store::{AuditEntry, Conflict, StoreError, TenantStore};

use crate::SqliteStore;
use crate::connection::error::{corrupt, failed};

#[async_trait]
impl TenantStore for SqliteStore {
    async fn find_tenant(&self, name: &TenantName) -> Result<Option<Tenant>, StoreError> {
        let name = name.as_str();
        let row = sqlx::query_as!(
            TenantRow,
            r#"SELECT name, enabled AS "enabled: bool", accounts_allowed AS "accounts_allowed: bool", epoch,
                      created_at, version
               FROM tenants WHERE name = ?"#,
            name,
        )
        .fetch_optional(self.reads()?)
        .await
        .map_err(failed)?;
        row.map(TenantRow::into_tenant).transpose()
    }

    async fn list_tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let rows = sqlx::query_as!(
            TenantRow,
            r#"SELECT name, enabled AS "enabled: bool", accounts_allowed AS "accounts_allowed: bool", epoch,
                      created_at, version
               FROM tenants ORDER BY name"#,
        )
        .fetch_all(self.reads()?)
        .await
        .map_err(failed)?;
        rows.into_iter().map(TenantRow::into_tenant).collect()
    }

    async fn count_tenant_accounts(&self, name: &TenantName) -> Result<u64, StoreError> {
        let name = name.as_str();
        let count = sqlx::query_scalar!(
            "SELECT count(*) FROM accounts WHERE tenant = ? AND deleted_at IS NULL",
            name,
        )
        .fetch_one(self.reads()?)
        .await
        .map_err(failed)?;
        u64::try_from(count).map_err(corrupt)
    }

    async fn add_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let (name, created_at) = (tenant.name.as_str(), tenant.created_at.unix());
        sqlx::query!(
            "INSERT INTO tenants (name, enabled, accounts_allowed, epoch, created_at, version)
             VALUES (?, ?, ?, ?, ?, ?)",
            name,
            tenant.enabled,
            tenant.accounts_allowed,
            tenant.epoch,
            created_at,
            tenant.version,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        self.commit(transaction, audit).await
    }

    async fn replace_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let name = tenant.name.as_str();
        let done = sqlx::query!(
            "UPDATE tenants SET enabled = ?, accounts_allowed = ?, epoch = ?, version = version + 1
             WHERE name = ? AND version = ?",
            tenant.enabled,
            tenant.accounts_allowed,
            tenant.epoch,
            name,
            tenant.version,
        )
        .execute(&mut *transaction)
        .await
        .map_err(failed)?;
        if done.rows_affected() != 1 {
            return Err(StoreError::Conflict(Conflict::Stale));
        }
        self.commit(transaction, audit).await
    }
}

pub(crate) struct TenantRow {
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) accounts_allowed: bool,
    pub(crate) epoch: i64,
    pub(crate) created_at: i64,
    pub(crate) version: i64,
}

impl TenantRow {
    pub(crate) fn into_tenant(self) -> Result<Tenant, StoreError> {
        Ok(Tenant {
            name: self.name.parse().map_err(corrupt)?,
            enabled: self.enabled,
            accounts_allowed: self.accounts_allowed,
            epoch: self.epoch,
            created_at: Timestamp::from_unix(self.created_at),
            version: self.version,
        })
    }
}
