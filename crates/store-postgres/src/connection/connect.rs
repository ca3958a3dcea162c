//! Configures connections: durability, time limits and the size of pools.

use std::time::Duration;

use jeton_core::store::LockWait;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, Connection as _, PgPool};

use crate::Location;

/// The pool for writes.
pub(crate) fn write_pool(location: &Location, wait: Option<LockWait>) -> PgPool {
    let lock = wait.map_or(LOCK_TIMEOUT, |wait| wait.limit);
    pool(WRITERS, wait)
        // An acknowledged commit survives a crash of the server, even if commits of its other databases need not.
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query(
                    "SELECT set_config('synchronous_commit', 'on', false)
                     WHERE current_setting('synchronous_commit') = 'off'",
                )
                .execute(connection)
                .await
                .map(|_| ())
            })
        })
        .connect_lazy_with(options(location).options([("lock_timeout", milliseconds(lock))]))
}

/// The pool for reads of requests. A write through it fails.
pub(crate) fn read_pool(location: &Location, wait: Option<LockWait>) -> PgPool {
    pool(READERS, wait).connect_lazy_with(read_options(location, wait.is_some()))
}

/// The pool for reads of the tasks that keep a node current.
pub(crate) fn control_pool(location: &Location, wait: Option<LockWait>) -> PgPool {
    pool(1, wait).connect_lazy_with(read_options(location, wait.is_some()))
}

/// Makes the first connection of a pool. It may take longer than a request waits for one.
pub(crate) async fn connect_first(pool: &PgPool) -> Result<(), sqlx::Error> {
    for _ in 1..FIRST_ATTEMPTS {
        match pool.acquire().await {
            Err(sqlx::Error::PoolTimedOut) => {}
            done => return done.map(drop),
        }
    }
    pool.acquire().await.map(drop)
}

/// For the connection that migrates the schema. Another process may be migrating at the same time.
pub(crate) fn migration_options(location: &Location, wait: Option<LockWait>) -> PgConnectOptions {
    let lock = wait.map_or(MIGRATION_LOCK_TIMEOUT, |wait| wait.limit);
    // A notice says that a table exists already.
    options(location)
        .options([("lock_timeout", milliseconds(lock)), ("client_min_messages", "warning".to_owned())])
}

/// For the connections that send and hear announcements. They store nothing: an announcement need not wait for the disk or
/// a synchronous standby.
pub(crate) fn announcement_options(location: &Location) -> PgConnectOptions {
    options(location).options([("synchronous_commit", "off")])
}

/// For a connection that changes nothing. A client waits for a server's reads, and an operator for those of a command.
pub(crate) fn read_options(location: &Location, is_command: bool) -> PgConnectOptions {
    let statement = if is_command { COMMAND_STATEMENT_TIMEOUT } else { STATEMENT_TIMEOUT };
    options(location).options([
        ("statement_timeout", milliseconds(statement)),
        ("default_transaction_read_only", "on".to_owned()),
    ])
}

fn options(location: &Location) -> PgConnectOptions {
    let options = location.options();
    let options = if options.get_application_name().is_some_and(|name| !name.is_empty()) {
        options
    } else {
        options.application_name("jeton")
    };
    options
        // A node that stops in the middle of a transaction must not keep its locks.
        .options([("idle_in_transaction_session_timeout", milliseconds(IDLE_IN_TRANSACTION))])
        .disable_statement_logging()
}

fn pool(connections: u32, wait: Option<LockWait>) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT + wait.map_or(Duration::ZERO, |wait| wait.limit))
        .test_before_acquire(false)
        // The server may have been restarted while a connection was idle. A busy connection is not tested, because a test
        // costs as much as a read.
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for >= UNTESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .idle_timeout(None)
}

fn milliseconds(time: Duration) -> String {
    format!("{}ms", time.as_millis())
}

/// Waiting for a connection plus waiting for a lock must stay below one second, because a client is waiting.
const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(350);
const LOCK_TIMEOUT: Duration = Duration::from_millis(300);
/// Of a statement that reads for a request.
const STATEMENT_TIMEOUT: Duration = Duration::from_millis(700);
const COMMAND_STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(5);
const MIGRATION_LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection may be idle before it is tested.
const UNTESTED: Duration = Duration::from_secs(1);
/// How often the first connection of a pool is tried.
const FIRST_ATTEMPTS: usize = 14;
const WRITERS: u32 = 2;
const READERS: u32 = 4;
