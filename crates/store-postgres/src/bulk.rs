//! Adds many accounts or revocations at once, for imports, copies and load tests.

use async_trait::async_trait;
use jeton_core::model::{Account, Revocation};
use jeton_core::store::{AuditEntry, BulkStore, Conflict, StoreError};

use crate::PostgresStore;
use crate::accounts::locks::lock_names;
use crate::accounts::names::refuse_ambiguous_among;
use crate::accounts::parts::upsert_parts;
use crate::revocations::{RevokedBy, insert_revocations};

#[async_trait]
impl BulkStore for PostgresStore {
    async fn add_accounts(&self, accounts: &[Account], audit: &[AuditEntry]) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            let names = accounts.iter().flat_map(|one| [one.client_id.as_str(), one.name.as_str()]);
            lock_names(&mut transaction, names).await?;
            for chunk in accounts.chunks(ROWS_PER_STATEMENT) {
                let written = self.insert_rows(&mut transaction, chunk).await?;
                if usize::try_from(written) != Ok(chunk.len()) {
                    return Err(StoreError::Conflict(Conflict::Exists));
                }
                refuse_ambiguous_among(&mut transaction, chunk).await?;
                upsert_parts(&mut transaction, &self.region, chunk).await?;
            }
            self.commit_all(transaction, audit).await
        })
        .await
    }

    async fn add_revocations(
        &self,
        revocations: &[Revocation],
        audit: &[AuditEntry],
    ) -> Result<(), StoreError> {
        self.write(|| async {
            let mut transaction = self.begin().await?;
            for chunk in revocations.chunks(ROWS_PER_STATEMENT) {
                let written =
                    insert_revocations(&mut *transaction, &self.region, chunk, RevokedBy::Administrator)
                        .await?;
                if usize::try_from(written) != Ok(chunk.len()) {
                    return Err(StoreError::Conflict(Conflict::Exists));
                }
            }
            self.commit_all(transaction, audit).await
        })
        .await
    }
}

const ROWS_PER_STATEMENT: usize = 1_000;
