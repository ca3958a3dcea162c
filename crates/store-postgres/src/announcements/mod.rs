//! Tells other processes of committed changes by NOTIFY, and hears of theirs by LISTEN.
//!
//! A failure here is never an error for a writer or a reader: nodes also poll. Announcements are sent after the commit and
//! from one connection, because NOTIFY within each writing transaction would make writers wait for each other. They are
//! heard on another connection: a pooler in transaction mode could hand the announcement to the connection that sent it,
//! and the self-test would succeed although nothing else is ever heard.

mod bell;
mod listener;
mod oldest;
mod server_clock;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use jeton_core::store::{Announcement, ChangeAnnouncements, ChangeSource};
use tokio::time::{Instant, sleep};

use crate::PostgresStore;
use crate::connection::pool::Shared;
use crate::connection::session::Session;
use bell::Bell;
use oldest::Oldest;

/// What the handles of one open database share to announce changes.
#[derive(Debug)]
pub(crate) struct Announcements {
    session: Session,
    bell: Bell,
    /// The changes that this process has not announced yet.
    unannounced: Oldest,
    /// The changes that were announced, by any process, and that no caller was told yet.
    heard: Oldest,
    /// Whether announcements arrive.
    arrive: AtomicBool,
}

impl Announcements {
    pub(crate) fn new(shared: &Arc<Shared>, application_name: &str) -> Self {
        let session = Session::announce(application_name);
        Self {
            bell: Bell::new(shared, &session),
            session,
            unannounced: Oldest::default(),
            heard: Oldest::default(),
            arrive: AtomicBool::new(false),
        }
    }

    /// Closes the connection that announces. The one that listens ends with its task.
    pub(crate) async fn close(&self) {
        self.bell.close().await;
    }

    /// Announces the writes of this process until this future is dropped.
    async fn announce(&self) {
        loop {
            self.bell.ring(self.unannounced.take().await).await;
            sleep(RING_PERIOD).await;
        }
    }
}

impl PostgresStore {
    /// Announces that a change was just committed, or may have been. A server leaves this to its task, so that many writes
    /// become one announcement. A command may end right after its write, so it announces the write itself.
    pub(crate) async fn announce_commit(&self) {
        let committed = Instant::now();
        if self.lock_wait.is_some() {
            self.announcements.bell.ring(committed).await;
        } else {
            self.announcements.unannounced.add(committed);
        }
    }
}

#[async_trait]
impl ChangeAnnouncements for PostgresStore {
    async fn exchange_announcements(&self) {
        let announcements = &*self.announcements;
        let _poll_again = PollAgain(&announcements.arrive);
        tokio::join!(announcements.announce(), announcements.listen());
    }

    async fn wait_for_announcement(&self) -> Announcement {
        Announcement { committed: self.announcements.heard.take().await }
    }

    fn change_source(&self) -> Option<ChangeSource> {
        let arrive = self.announcements.arrive.load(Ordering::Relaxed);
        Some(if arrive { ChangeSource::Notify } else { ChangeSource::Poll })
    }
}

/// Announcements no longer arrive once their task has ended.
struct PollAgain<'a>(&'a AtomicBool);

impl Drop for PollAgain<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

/// The channel of all changes of a database.
const CHANNEL: &str = "jeton_changes";

/// Announcements of one process are at least this far apart, however much it writes.
const RING_PERIOD: std::time::Duration = std::time::Duration::from_millis(20);
