//! The connection that sends announcements.
//!
//! All statements use the simple protocol, so they also work through a pooler.

use std::sync::Arc;
use std::time::Duration;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection as _, Row as _, raw_sql};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::CHANNEL;
use super::server_clock::ServerClock;
use crate::connection::location::Server;
use crate::connection::pool::Shared;
use crate::connection::primary::Connected;
use crate::connection::session::Session;

/// Connects when it is first used, and again after a failure.
#[derive(Debug)]
pub(super) struct Bell {
    shared: Arc<Shared>,
    session: Session,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    connected: Option<Connected>,
    /// The server of the last connection.
    server: Option<Server>,
    /// After a failure, nothing is tried until then: a command must not wait at each of its writes.
    not_before: Option<Instant>,
}

impl Bell {
    pub(super) fn new(shared: &Arc<Shared>, session: &Session) -> Self {
        Self { shared: Arc::clone(shared), session: session.clone(), state: Mutex::default() }
    }

    /// Announces the changes since `committed`. If that fails, polling nodes still find them.
    pub(super) async fn ring(&self, committed: Instant) {
        // The server computes the time of the commit, by its own clock.
        let _ = self
            .run(|| {
                let age = committed.elapsed().as_micros();
                format!("SELECT pg_notify('{CHANNEL}', ({NOW} - {age})::text)")
            })
            .await;
    }

    /// The server to which the last announcement was sent.
    pub(super) async fn server(&self) -> Option<Server> {
        self.state.lock().await.server.clone()
    }

    /// A new channel name for self-tests, which no other process has.
    pub(super) async fn test_channel(&self) -> Option<String> {
        let sql = "SELECT 'jeton_test_' || replace(gen_random_uuid()::text, '-', '') AS name";
        self.run(|| sql.to_owned()).await?.try_get("name").ok()
    }

    /// Sends a self-test to a channel of [`test_channel`](Self::test_channel), and compares the clocks.
    ///
    /// Of several servers, another one may have become the primary while the old one still accepts writes. Only a new
    /// connection finds that out, so each test makes one.
    pub(super) async fn test(&self, channel: &str, number: u64) -> Option<ServerClock> {
        if self.shared.has_several_servers() {
            self.state.lock().await.connected = None;
        }
        let mut asked = Instant::now();
        let row = self
            .run(|| {
                asked = Instant::now();
                format!("SELECT pg_notify('{channel}', '{number}'), {NOW} AS now")
            })
            .await?;
        Some(ServerClock::read_since(asked, row.try_get("now").ok()?))
    }

    pub(super) async fn close(&self) {
        let connected = self.state.lock().await.connected.take();
        if let Some(connected) = connected {
            let _ = timeout(LIMIT, connected.connection.close()).await;
        }
    }

    /// Runs a statement that returns one row. The server may have been restarted since the connection was last used, so
    /// one that fails is replaced once. `None` if that fails too.
    async fn run(&self, statement: impl FnMut() -> String + Send) -> Option<PgRow> {
        let mut state = self.state.lock().await;
        if state.not_before.is_some_and(|time| time > Instant::now()) {
            return None;
        }
        let row = timeout(LIMIT, self.attempt(&mut state, statement)).await.ok().and_then(Result::ok);
        state.not_before = row.is_none().then(|| Instant::now() + PAUSE);
        row
    }

    /// The connection is taken away while it is used: one that was interrupted must not be used again. Nor may one to an
    /// old primary.
    async fn attempt(
        &self,
        state: &mut State,
        mut statement: impl FnMut() -> String + Send,
    ) -> Result<PgRow, sqlx::Error> {
        if let Some(mut connected) = state.connected.take()
            && self.shared.known().ensure_current(connected.timeline()).is_ok()
            && let Ok(row) = raw_sql(AssertSqlSafe(statement())).fetch_one(&mut connected.connection).await
        {
            state.connected = Some(connected);
            return Ok(row);
        }
        let mut connected = self.shared.connect(&self.session).await?;
        let row = raw_sql(AssertSqlSafe(statement())).fetch_one(&mut connected.connection).await?;
        state.server = Some(connected.server.clone());
        state.connected = Some(connected);
        Ok(row)
    }
}

/// The server's clock in microseconds since 1970.
const NOW: &str = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
/// How long an announcement may take. A command waits for it.
const LIMIT: Duration = Duration::from_millis(900);
const PAUSE: Duration = Duration::from_secs(1);
