//! Counts the accounts of tenants, without the rows of deleted ones.

use std::collections::BTreeMap;

use jeton_core::model::TenantName;
use jeton_core::store::{AccountCount, StoreError};

use crate::PostgresStore;
use crate::connection::error::{corrupt, failed};

impl PostgresStore {
    pub(super) async fn count_of_one(&self, tenant: &TenantName) -> Result<AccountCount, StoreError> {
        let mut scan = self.scan().await?;
        let (region, tenant) = (self.region.as_str(), tenant.as_str());
        let row = sqlx::query!(
            r#"SELECT count(*) FILTER (WHERE region = $1) AS "in_region!", count(*) AS "in_all_regions!"
               FROM accounts WHERE tenant = $2 AND deleted_at IS NULL"#,
            region,
            tenant,
        )
        .fetch_one(&mut *scan)
        .await
        .map_err(failed)?;
        scan.commit().await?;
        count(row.in_region, row.in_all_regions)
    }

    pub(super) async fn counts_of_all(&self) -> Result<BTreeMap<TenantName, AccountCount>, StoreError> {
        let mut scan = self.scan().await?;
        let region = self.region.as_str();
        let rows = sqlx::query!(
            r#"SELECT tenant AS "tenant!", count(*) FILTER (WHERE region = $1) AS "in_region!",
                      count(*) AS "in_all_regions!"
               FROM accounts WHERE deleted_at IS NULL GROUP BY tenant"#,
            region,
        )
        .fetch_all(&mut *scan)
        .await
        .map_err(failed)?;
        scan.commit().await?;
        let counted = rows.into_iter().map(|row| {
            let tenant = row.tenant.parse().map_err(corrupt)?;
            Ok((tenant, count(row.in_region, row.in_all_regions)?))
        });
        counted.collect()
    }
}

fn count(in_region: i64, in_all_regions: i64) -> Result<AccountCount, StoreError> {
    let number = |count: i64| u64::try_from(count).map_err(corrupt);
    Ok(AccountCount { in_region: number(in_region)?, in_all_regions: number(in_all_regions)? })
}
