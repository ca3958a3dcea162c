//! Filling a database with very many accounts at once: for load tests and moves, not for serving.

use jeton_core::model::Account;
use jeton_core::store::{AuditEntry, StoreError};

use crate::SqliteStore;
use crate::account_parts::put_parts;

impl SqliteStore {
    /// Adds all of `accounts` or none, with one audit record for all of them: followers hear of its subject only.
    ///
    /// # Errors
    /// Those of [`AccountStore::add_account`](jeton_core::store::AccountStore::add_account).
    pub async fn add_accounts(&self, accounts: &[Account], audit: &AuditEntry) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        for account in accounts {
            let id = self.add_row(&mut transaction, account).await?;
            put_parts(&mut transaction, id, account).await?;
        }
        self.commit(transaction, audit).await
    }
}
