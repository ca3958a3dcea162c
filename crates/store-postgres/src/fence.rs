//! The fence of a store that was copied. The copy writes it (`transfer`).
//!
//! A transaction looks for it after its other statements, in the one that moves the end of a chain or of the
//! revocations, or in one of its own. The copy sets the fence first and then waits for the locks of all tables: a
//! transaction that did not see the fence holds a lock by then, because it has written.

use jeton_core::store::StoreError;
use jeton_core::store::transfer::Fence;
use sqlx::PgExecutor;

use crate::connection::error::failed;
use crate::connection::transaction::Transaction;
use crate::times::timestamp;

/// The fence, if the store refuses changes.
pub(crate) async fn find(executor: impl PgExecutor<'_>) -> Result<Option<Fence>, StoreError> {
    let row = sqlx::query!("SELECT since, target FROM store_fence")
        .fetch_optional(executor)
        .await
        .map_err(failed)?;
    Ok(row.map(|row| Fence { since: timestamp(row.since), target: row.target }))
}

/// Fails if the store refuses changes.
pub(crate) async fn ensure_none(executor: impl PgExecutor<'_>) -> Result<(), StoreError> {
    match find(executor).await? {
        Some(fence) => Err(StoreError::Fenced(fence)),
        None => Ok(()),
    }
}

/// Commits a write that has no audit record.
pub(crate) async fn commit(mut transaction: Transaction) -> Result<(), StoreError> {
    ensure_none(&mut *transaction).await?;
    transaction.commit().await
}
