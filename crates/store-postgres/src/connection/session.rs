//! What a connection is for, and the settings of the server that follow from it: durability and time limits.
//!
//! They are set by statements, because poolers refuse them in the parameters of a connection.

use std::time::Duration;

use jeton_core::store::LockWait;
use sqlx::ConnectOptions as _;
use sqlx::postgres::PgConnectOptions;

/// How the connections of a pool are set up.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    application_name: String,
    settings: String,
    writes: bool,
}

impl Session {
    /// For writes.
    pub(crate) fn write(application_name: &str, wait: Option<LockWait>) -> Self {
        let lock = wait.map_or(LOCK_TIMEOUT, |wait| wait.limit);
        Self { writes: true, ..Self::new(application_name, &[("lock_timeout", &milliseconds(lock))]) }
    }

    /// For reads. A write fails. A client waits for a server's reads, and an operator for those of a command.
    pub(crate) fn read(application_name: &str, is_command: bool) -> Self {
        let statement = if is_command { COMMAND_STATEMENT_TIMEOUT } else { STATEMENT_TIMEOUT };
        Self::new(
            application_name,
            &[("statement_timeout", &milliseconds(statement)), ("default_transaction_read_only", "on")],
        )
    }

    /// For announcements. They store nothing: an announcement need not wait for the disk or a synchronous standby.
    pub(crate) fn announce(application_name: &str) -> Self {
        Self::new(application_name, &[("synchronous_commit", "off")])
    }

    /// For the migration of the schema. Another process may be migrating at the same time.
    pub(crate) fn migrate(wait: Option<LockWait>) -> Self {
        let lock = wait.map_or(MIGRATION_LOCK_TIMEOUT, |wait| wait.limit);
        // A notice says that a table exists already.
        Self::new(DEFAULT_NAME, &[("lock_timeout", &milliseconds(lock)), ("client_min_messages", "warning")])
    }

    fn new(application_name: &str, settings: &[(&str, &str)]) -> Self {
        // A node that stops in the middle of a transaction must not keep its locks.
        let idle = milliseconds(IDLE_IN_TRANSACTION);
        let common = [("idle_in_transaction_session_timeout", idle.as_str())];
        let settings = common.iter().chain(settings).map(|(name, value)| format!("SET {name} = '{value}';"));
        Self { application_name: application_name.to_owned(), settings: settings.collect(), writes: false }
    }

    /// The options of a server for such a connection.
    pub(crate) fn options(&self, server: &PgConnectOptions) -> PgConnectOptions {
        let is_named = server.get_application_name().is_some_and(|name| !name.is_empty());
        let server = server.clone();
        let server = if is_named { server } else { server.application_name(&self.application_name) };
        // Poolers refuse parameters that they do not know, and no value of this schema is a floating-point number.
        server.extra_float_digits(None).disable_statement_logging()
    }

    /// Whether the connections are for writes.
    pub(crate) fn writes(&self) -> bool {
        self.writes
    }

    /// The statements that make the settings.
    pub(crate) fn settings(&self) -> &str {
        &self.settings
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{}ms", time.as_millis())
}

/// How connections are named if the caller of this crate and the URL do not name them.
pub(crate) const DEFAULT_NAME: &str = "jeton";

/// Waiting for a connection plus waiting for a lock must stay below one second, because a client is waiting.
const LOCK_TIMEOUT: Duration = Duration::from_millis(300);
/// Of a statement that reads for a request.
const STATEMENT_TIMEOUT: Duration = Duration::from_millis(700);
const COMMAND_STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
const IDLE_IN_TRANSACTION: Duration = Duration::from_secs(5);
const MIGRATION_LOCK_TIMEOUT: Duration = Duration::from_secs(10);
