//! Waits for another process that writes: gives notice of a long wait and explains a timeout.
//!
//! It must not know what is written.

use std::pin::pin;
use std::time::Duration;

use jeton_core::store::{LockWait, Locked};
use sqlx::sqlite::SqliteConnectOptions;

/// Runs a write that may wait for another process, and calls `notice` if the write takes longer than `notice_after`.
pub(crate) async fn with_notice<T>(wait: Option<LockWait>, write: impl Future<Output = T>) -> T {
    let Some(wait) = wait else { return write.await };
    let mut write = pin!(write);
    if let Ok(done) = tokio::time::timeout(wait.notice_after, &mut write).await {
        return done;
    }
    (wait.notice)();
    write.await
}

/// Replaces `SQLite`'s busy error with one that names the time waited, if `wait` is set.
pub(crate) fn explained(
    wait: Option<LockWait>,
    error: sqlx::Error,
    locked: fn(Duration) -> Locked,
) -> sqlx::Error {
    match wait {
        Some(wait) if is_busy(&error) => sqlx::Error::Io(std::io::Error::other(locked(wait.limit))),
        _ => error,
    }
}

/// Sets the busy timeout to the limit of `wait`, or to `usual` if there is none.
pub(crate) fn with_busy_timeout(
    options: SqliteConnectOptions,
    wait: Option<LockWait>,
    usual: Duration,
) -> SqliteConnectOptions {
    options.busy_timeout(wait.map_or(usual, |wait| wait.limit))
}

fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<i32>().ok());
    code.is_some_and(|code| code & 0xff == BUSY)
}

/// <https://sqlite.org/rescode.html>
const BUSY: i32 = 5;
