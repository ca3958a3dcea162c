//! Reads the fence of a store that was copied. The copy writes it (`transfer`).

use jeton_core::model::Timestamp;
use jeton_core::store::StoreError;
use jeton_core::store::transfer::Fence;
use sqlx::SqliteExecutor;

use crate::connection::error::failed;

/// The fence, if the store refuses changes. A writer that holds the lock for writing reads the current one.
pub(crate) async fn find(executor: impl SqliteExecutor<'_>) -> Result<Option<Fence>, StoreError> {
    let row = sqlx::query!("SELECT since, target FROM store_fence")
        .fetch_optional(executor)
        .await
        .map_err(failed)?;
    Ok(row.map(|row| Fence { since: Timestamp::from_unix(row.since), target: row.target }))
}
