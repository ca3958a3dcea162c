//! The connection that hears announcements, and the test of whether they arrive.
//!
//! A pooler in transaction mode accepts LISTEN, but announcements never arrive. A server that is gone without closing the
//! connection looks like one without changes. So each process sends announcements to itself.

use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::postgres::{PgListener, PgNotification, PgPoolOptions};
use tokio::time::{Instant, sleep, timeout, timeout_at};

use super::{Announcements, CHANNEL};

impl Announcements {
    /// Hears announcements until this future is dropped. Connects again whenever none can arrive.
    pub(super) async fn listen(&self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let heard_itself = Box::pin(self.listen_on_one_connection()).await;
            self.arrive.store(false, Ordering::Relaxed);
            if heard_itself {
                pause = FIRST_PAUSE;
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Returns when the connection is lost or a test failed: whether an earlier test succeeded.
    async fn listen_on_one_connection(&self) -> bool {
        let Some(channel) = self.bell.test_channel().await else { return false };
        let Ok(Ok(mut listener)) = timeout(CONNECT_TIMEOUT, self.connect(&channel)).await else {
            return false;
        };
        for test in 0.. {
            let next_test = Instant::now() + TEST_PERIOD;
            if self.listen_until(next_test, test, &channel, &mut listener).await.is_none() {
                return test > 0;
            }
        }
        true
    }

    /// Sends a self-test, and hears announcements until the next one. `None` if the test failed or the connection is lost.
    async fn listen_until(
        &self,
        next_test: Instant,
        test: u64,
        channel: &str,
        listener: &mut PgListener,
    ) -> Option<()> {
        let clock = self.bell.test(channel, test).await?;
        let mut fails_at = Some(Instant::now() + TEST_LIMIT);
        loop {
            let notification = match timeout_at(fails_at.unwrap_or(next_test), listener.try_recv()).await {
                Ok(received) => received.ok()??,
                Err(_) if fails_at.is_some() => return None,
                Err(_) => return Some(()),
            };
            if notification.channel() == CHANNEL {
                self.heard.add(clock.here(number(&notification)));
            } else if number(&notification) == i64::try_from(test).ok() {
                self.arrive.store(true, Ordering::Relaxed);
                fails_at = None;
            }
        }
    }

    async fn connect(&self, test_channel: &str) -> Result<PgListener, sqlx::Error> {
        // The listener can only use a connection of a pool. This pool is not used again: the next connection may be to
        // another server.
        let server = self.bell.server().await.ok_or(sqlx::Error::PoolTimedOut)?;
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_lazy_with(self.session.options(server.expose()));
        let mut listener = PgListener::connect_with(&pool).await?;
        listener.ignore_pool_close_event(true);
        listener.eager_reconnect(false);
        listener.listen_all([CHANNEL, test_channel]).await?;
        Ok(listener)
    }
}

fn number(notification: &PgNotification) -> Option<i64> {
    notification.payload().parse().ok()
}

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const TEST_PERIOD: Duration = Duration::from_secs(10);
/// How long the announcement of a test may take to arrive.
const TEST_LIMIT: Duration = Duration::from_secs(1);
/// Between two connections.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
