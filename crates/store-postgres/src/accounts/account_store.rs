//! Stores accounts.

use std::slice::from_ref;

use async_trait::async_trait;
use jeton_core::model::{Account, AccountName, SecretLookup, Timestamp};
use jeton_core::store::{
    AccountList, AccountPage, AccountStore, AuditEntry, ExpiringSecret, ExpiringSecretPage, Position,
    SecretUse, Snapshot, StoreError, UnusedSecretPage, UnusedSecrets,
};
use jeton_protocol::{ClientId, RegionName};

use crate::PostgresStore;
use crate::accounts::names::{find_other_region, is_account_id};
use crate::accounts::parts::{remove_obsolete_rights, remove_parts, upsert_parts};
use crate::accounts::row::{AccountRow, select_accounts};
use crate::connection::error::{corrupt, failed};

#[async_trait]
impl AccountStore for PostgresStore {
    async fn find_account(
        &self,
        id: &ClientId,
        at_least: Position,
    ) -> Result<Snapshot<Option<Account>>, StoreError> {
        let (region, wanted) = (self.region.as_str(), id.as_str());
        // The response time must not reveal which ids exist. So every lookup runs one statement and reads one account:
        // the requested one, or the next one in the order of ids, or the first one. A deleted account counts as the
        // next one. It is not skipped, because many deleted accounts may follow each other.
        // The row without an id is always present and holds the position of the snapshot.
        let rows = select_accounts!(
            and_snapshot_row:
            "a.id = coalesce((SELECT id FROM accounts WHERE region = $1 AND client_id >= $2 ORDER BY client_id LIMIT 1),
                             (SELECT id FROM accounts WHERE region = $1 ORDER BY client_id LIMIT 1))",
            region,
            wanted
        );
        let rows = rows.fetch_all(self.reads()).await.map_err(failed)?;
        let (snapshot, read): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.client_id.is_empty());
        let position = snapshot.first().map(AccountRow::position);
        let position = position.ok_or_else(|| corrupt("the result has no snapshot row"))?;
        // A replica, or a database that was restored from a backup, may be behind.
        if !position.includes(at_least) {
            return Err(StoreError::Unavailable(
                "the database is behind the changes that the node has applied".into(),
            ));
        }
        let mut value = None;
        for row in read {
            let is_wanted = row.client_id == wanted;
            // Parse another account's row too, so that the time is the same. Its errors do not matter here.
            let account = row.into_account();
            if is_wanted {
                value = Some(account?);
            }
        }
        Ok(Snapshot { position, value })
    }

    async fn find_deleted_epoch(&self, id: &ClientId) -> Result<Option<i64>, StoreError> {
        let (region, id) = (self.region.as_str(), id.as_str());
        sqlx::query_scalar!(
            "SELECT epoch FROM accounts WHERE region = $1 AND client_id = $2 AND deleted_at IS NOT NULL",
            region,
            id,
        )
        .fetch_optional(self.reads())
        .await
        .map_err(failed)
    }

    async fn is_account_id(&self, id: &ClientId) -> Result<bool, StoreError> {
        is_account_id(self.reads(), id).await
    }

    async fn find_other_region(&self, id: &ClientId) -> Result<Option<RegionName>, StoreError> {
        find_other_region(self.reads(), &self.region, id).await
    }

    async fn count_accounts(&self) -> Result<u64, StoreError> {
        let mut scan = self.scan().await?;
        let region = self.region.as_str();
        let count = sqlx::query_scalar!(
            r#"SELECT count(*) AS "count!" FROM accounts WHERE region = $1 AND deleted_at IS NULL"#,
            region,
        )
        .fetch_one(&mut *scan)
        .await
        .map_err(failed)?;
        scan.commit().await?;
        u64::try_from(count).map_err(corrupt)
    }

    async fn list_client_ids(
        &self,
        after: Option<&ClientId>,
        limit: u32,
    ) -> Result<Vec<ClientId>, StoreError> {
        // Every id sorts after the empty string.
        let (region, after) = (self.region.as_str(), after.map_or("", ClientId::as_str));
        let ids = sqlx::query_scalar!(
            "SELECT client_id FROM accounts WHERE region = $1 AND client_id > $2 AND deleted_at IS NULL
             ORDER BY client_id LIMIT $3",
            region,
            after,
            i64::from(limit),
        )
        .fetch_all(self.reads())
        .await
        .map_err(failed)?;
        ids.iter().map(|id| ClientId::parse(id).map_err(corrupt)).collect()
    }

    async fn find_accounts_by_name(&self, name: &AccountName) -> Result<Vec<Account>, StoreError> {
        let (region, name) = (self.region.as_str(), name.as_str());
        let rows =
            select_accounts!("a.name = $2 ORDER BY a.tenant", region, name).fetch_all(self.reads()).await;
        into_accounts(rows)
    }

    async fn find_account_by_lookup(&self, lookup: &SecretLookup) -> Result<Option<Account>, StoreError> {
        let (region, lookup) = (self.region.as_str(), lookup.0.as_slice());
        let row = select_accounts!(
            "a.id = (SELECT c.account FROM credentials c JOIN accounts o ON o.id = c.account
                     WHERE c.lookup = $2 AND o.region = $1)",
            region,
            lookup
        )
        .fetch_optional(self.reads())
        .await
        .map_err(failed)?;
        row.map(AccountRow::into_account).transpose()
    }

    async fn list_accounts(
        &self,
        page: &AccountPage,
        now: Timestamp,
    ) -> Result<AccountList<Account>, StoreError> {
        self.page_of_accounts(page, now).await
    }

    async fn add_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            self.add_row(&mut transaction, account).await?;
            upsert_parts(&mut transaction, &self.region, from_ref(account)).await?;
            self.commit(transaction, audit).await
        })
        .await
    }

    async fn replace_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let id = self.replace_row(&mut transaction, account).await?;
            remove_obsolete_rights(&mut transaction, id, account).await?;
            upsert_parts(&mut transaction, &self.region, from_ref(account)).await?;
            self.commit(transaction, audit).await
        })
        .await
    }

    async fn delete_account(&self, account: &Account, audit: &AuditEntry) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let id = self.mark_row_deleted(&mut transaction, account, audit.at).await?;
            remove_parts(&mut transaction, id).await?;
            self.commit(transaction, audit).await
        })
        .await
    }

    async fn record_uses(&self, uses: &[SecretUse]) -> Result<(), StoreError> {
        self.upsert_uses(uses).await
    }

    async fn list_expiring_secrets(
        &self,
        page: &ExpiringSecretPage,
    ) -> Result<Vec<ExpiringSecret>, StoreError> {
        self.ending_secrets(page).await
    }

    async fn list_unused_secrets(&self, page: &UnusedSecretPage) -> Result<UnusedSecrets, StoreError> {
        self.unused_secrets(page).await
    }
}

fn into_accounts(rows: Result<Vec<AccountRow>, sqlx::Error>) -> Result<Vec<Account>, StoreError> {
    rows.map_err(failed)?.into_iter().map(AccountRow::into_account).collect()
}
