//! Waits for other writers: gives notice of a long wait and explains a timeout.
//!
//! It must not know what is written.

use std::pin::pin;
use std::time::Duration;

use jeton_core::store::{LockWait, Locked, StoreError};

use crate::connection::error::{LOCK_NOT_AVAILABLE, failed, sqlstate};

/// Runs a write that may wait for another writer, and calls `notice` if the write takes longer than `notice_after`.
pub(crate) async fn with_notice<T>(wait: Option<LockWait>, write: impl Future<Output = T>) -> T {
    let Some(wait) = wait else { return write.await };
    let mut write = pin!(write);
    if let Ok(done) = tokio::time::timeout(wait.notice_after, &mut write).await {
        return done;
    }
    (wait.notice)();
    write.await
}

/// Replaces the error of a lock timeout with one that names the time waited, if `wait` is set.
pub(crate) fn explained(
    wait: Option<LockWait>,
    error: sqlx::Error,
    locked: fn(Duration) -> Locked,
) -> sqlx::Error {
    match wait {
        Some(wait) if sqlstate(&error).as_deref() == Some(LOCK_NOT_AVAILABLE) => {
            sqlx::Error::Io(std::io::Error::other(locked(wait.limit)))
        }
        _ => error,
    }
}

/// As [`explained`], for the error of a port.
pub(crate) fn explained_in_store(
    wait: Option<LockWait>,
    error: StoreError,
    locked: fn(Duration) -> Locked,
) -> StoreError {
    match error {
        StoreError::Unavailable(source) => match source.downcast::<sqlx::Error>() {
            Ok(error) => failed(explained(wait, *error, locked)),
            Err(source) => StoreError::Unavailable(source),
        },
        other => other,
    }
}
