//! Waiting for another process that writes: says so after a while, and what the end of the waiting means.
//!
//! Must not know what is written.

use std::pin::pin;
use std::time::Duration;

use jeton_core::store::{LockWait, Locked};
use sqlx::sqlite::SqliteConnectOptions;

/// Runs a write that may wait for another process, and gives notice when it does for long.
pub(crate) async fn with_notice<T>(wait: Option<LockWait>, write: impl Future<Output = T>) -> T {
    let Some(wait) = wait else { return write.await };
    let mut write = pin!(write);
    if let Ok(done) = tokio::time::timeout(wait.notice_after, &mut write).await {
        return done;
    }
    (wait.notice)();
    write.await
}

/// Says instead of SQLite's code how long was waited, where that was asked for.
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

/// `options` with the limit of `wait`, else with `usual`.
pub(crate) fn limited(
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
