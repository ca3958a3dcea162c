//! What a connection is for, and the settings of the server that follow from it: durability and time limits.
//!
//! They are set by statements, because poolers refuse them in the parameters of a connection.

use std::time::Duration;

use jeton_core::store::{ConnectionTimeouts, LockWait};
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
    pub(crate) fn write(
        application_name: &str,
        timeouts: ConnectionTimeouts,
        wait: Option<LockWait>,
    ) -> Self {
        let lock = wait.map_or(timeouts.lock, |wait| wait.limit);
        let settings = [("lock_timeout", &*milliseconds(lock))];
        Self { writes: true, ..Self::new(application_name, timeouts, &settings) }
    }

    /// For reads. A write fails. A client waits for a server's reads, and an operator for those of a command.
    pub(crate) fn read(application_name: &str, timeouts: ConnectionTimeouts, is_command: bool) -> Self {
        let statement = if is_command { COMMAND_STATEMENT_TIMEOUT } else { timeouts.statement };
        let statement = milliseconds(statement);
        let settings = [("statement_timeout", &*statement), ("default_transaction_read_only", "on")];
        Self::new(application_name, timeouts, &settings)
    }

    /// For announcements. They store nothing: an announcement need not wait for the disk or a synchronous standby.
    pub(crate) fn announce(application_name: &str) -> Self {
        Self::new(application_name, ConnectionTimeouts::default(), &[("synchronous_commit", "off")])
    }

    /// For the migration of the schema. Another process may be migrating at the same time.
    pub(crate) fn migrate(wait: Option<LockWait>) -> Self {
        let lock = wait.map_or(MIGRATION_LOCK_TIMEOUT, |wait| wait.limit);
        // A notice says that a table exists already.
        let settings = [("lock_timeout", &*milliseconds(lock)), ("client_min_messages", "warning")];
        Self::new(DEFAULT_NAME, ConnectionTimeouts::default(), &settings)
    }

    fn new(application_name: &str, timeouts: ConnectionTimeouts, settings: &[(&str, &str)]) -> Self {
        // A node that stops in the middle of a transaction must not keep its locks.
        let idle = milliseconds(timeouts.idle_in_transaction);
        let common = [("idle_in_transaction_session_timeout", &*idle)];
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

const COMMAND_STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);
const MIGRATION_LOCK_TIMEOUT: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_gets_the_time_limits_of_the_options_except_those_of_a_command() {
        let timeouts = ConnectionTimeouts {
            lock: Duration::from_millis(11),
            statement: Duration::from_millis(12),
            idle_in_transaction: Duration::from_secs(13),
            ..ConnectionTimeouts::default()
        };
        let idle = "SET idle_in_transaction_session_timeout = '13000ms';";
        let read_only = "SET default_transaction_read_only = 'on';";
        let wait = LockWait { limit: Duration::from_secs(14), notice_after: Duration::ZERO, notice: || () };
        for (session, limit) in [
            (Session::write("a", timeouts, None), "SET lock_timeout = '11ms';".to_owned()),
            (Session::write("a", timeouts, Some(wait)), "SET lock_timeout = '14000ms';".to_owned()),
            (Session::read("a", timeouts, false), format!("SET statement_timeout = '12ms';{read_only}")),
            (Session::read("a", timeouts, true), format!("SET statement_timeout = '30000ms';{read_only}")),
        ] {
            assert_eq!(session.settings(), format!("{idle}{limit}"));
        }
    }
}
