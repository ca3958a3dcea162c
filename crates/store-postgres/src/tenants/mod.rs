//! Stores tenants.

mod counts;
mod names;
mod rename;

use std::collections::BTreeMap;

use async_trait::async_trait;
use jeton_core::model::{Tenant, TenantName};
use jeton_core::store::{
    AccountCount, AuditEntry, Conflict, FormerTenantName, StoreError, TenantRename, TenantStore,
};
use jeton_protocol::ClientId;
use time::OffsetDateTime;

use crate::PostgresStore;
use crate::accounts::locks;
use crate::connection::error::{corrupt, failed};
use crate::times::{moment, timestamp};

#[async_trait]
impl TenantStore for PostgresStore {
    async fn find_tenant(&self, name: &TenantName) -> Result<Option<Tenant>, StoreError> {
        let name = name.as_str();
        let row = sqlx::query_as!(
            TenantRow,
            "SELECT name, enabled, accounts_allowed, epoch, created_at, version FROM tenants WHERE name = $1",
            name,
        )
        .fetch_optional(self.reads())
        .await
        .map_err(failed)?;
        row.map(TenantRow::into_tenant).transpose()
    }

    async fn find_former_tenant_name(
        &self,
        name: &TenantName,
    ) -> Result<Option<FormerTenantName>, StoreError> {
        names::find_former(self.reads(), name).await
    }

    async fn list_tenants(&self) -> Result<Vec<Tenant>, StoreError> {
        let rows = sqlx::query_as!(
            TenantRow,
            "SELECT name, enabled, accounts_allowed, epoch, created_at, version FROM tenants ORDER BY name",
        )
        .fetch_all(self.reads())
        .await
        .map_err(failed)?;
        rows.into_iter().map(TenantRow::into_tenant).collect()
    }

    async fn count_tenant_accounts(&self, tenant: &TenantName) -> Result<AccountCount, StoreError> {
        self.count_of_one(tenant).await
    }

    async fn count_accounts_by_tenant(&self) -> Result<BTreeMap<TenantName, AccountCount>, StoreError> {
        self.counts_of_all().await
    }

    async fn find_longest_client_id(&self, tenant: &TenantName) -> Result<Option<ClientId>, StoreError> {
        let mut scan = self.scan().await?;
        let longest = rename::longest_client_id(&mut *scan, tenant).await?;
        scan.commit().await?;
        Ok(longest.map(|(id, _)| id))
    }

    async fn add_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            locks::lock_tenant_names(&mut transaction).await?;
            names::take(&mut transaction, tenant, None, audit.at).await?;
            let (name, created_at) = (tenant.name.as_str(), moment(tenant.created_at));
            sqlx::query!(
                "INSERT INTO tenants (name, enabled, accounts_allowed, epoch, created_at, version)
                 VALUES ($1, $2, $3, $4, $5, $6)",
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
        })
        .await
    }

    async fn replace_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let name = tenant.name.as_str();
            let done = sqlx::query!(
                "UPDATE tenants SET enabled = $1, accounts_allowed = $2, epoch = $3, version = version + 1
                 WHERE name = $4 AND version = $5",
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
        })
        .await
    }

    async fn rename_tenant(&self, rename: &TenantRename, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            locks::lock_tenant_names(&mut transaction).await?;
            rename::rename(&mut transaction, rename, audit.at).await?;
            self.commit(transaction, audit).await
        })
        .await
    }

    async fn delete_tenant(&self, tenant: &Tenant, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            locks::lock_tenant_names(&mut transaction).await?;
            rename::delete(&mut transaction, tenant, audit.at).await?;
            self.commit(transaction, audit).await
        })
        .await
    }
}

pub(crate) struct TenantRow {
    pub(crate) name: String,
    pub(crate) enabled: bool,
    pub(crate) accounts_allowed: bool,
    pub(crate) epoch: i64,
    pub(crate) created_at: OffsetDateTime,
    pub(crate) version: i64,
}

impl TenantRow {
    pub(crate) fn into_tenant(self) -> Result<Tenant, StoreError> {
        Ok(Tenant {
            name: self.name.parse().map_err(corrupt)?,
            enabled: self.enabled,
            accounts_allowed: self.accounts_allowed,
            epoch: self.epoch,
            created_at: timestamp(self.created_at),
            version: self.version,
        })
    }
}
