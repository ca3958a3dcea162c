//! Keeps the node's memory up to date: reads the change feed when a change is announced, and at least four times a second,
//! until the stop.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use jeton_core::keys::KeyRingError;
use jeton_core::store::{ChangeAnnouncements, ChangeSource, StoreError};
use jeton_core::{AppliedChanges, Directory};
use tokio::time::{Instant, sleep_until, timeout_at};
use tracing::{error, info, warn};

use crate::oauth::gateway::Gateway;

/// Follows the change feed until the task is aborted. If the database file was replaced, it waits from then on: only a
/// restart of the node helps. Without announcements, this node applies a change within a quarter of a second plus the time
/// of one read.
pub async fn follow(gateway: Arc<Gateway>) {
    let mut failing = false;
    let mut reads = Reads::new(gateway.server().directory());
    let waits = gateway.pacing.follower();
    loop {
        let started = reads.wait_for_next().await;
        match gateway.server().directory().follow().await {
            Ok(followed) => {
                if std::mem::take(&mut failing) {
                    info!("the change feed can be read again");
                }
                for change in &followed.changes {
                    info!(kind = change.subject.kind(), id = &*change.subject.id(), "applied a change");
                }
                gateway.metrics.change_feed_was_read_after(reads.last_success.elapsed());
                if let Some((source, lag)) = reads.succeeded(started, &followed) {
                    gateway.metrics.changes_were_applied_after(source, lag);
                }
                waits.has_read();
            }
            Err(KeyRingError::Store(error @ StoreError::Replaced { .. })) => {
                gateway.metrics.store_failed(&error);
                error!(reason = %error, "the database file was replaced; this node answers 503 until it is restarted");
                drop(waits);
                // Reading again could only fail again.
                return pending().await;
            }
            Err(error) => {
                waits.has_read();
                gateway.metrics.keys_failed(&error);
                if !std::mem::replace(&mut failing, true) {
                    warn!(reason = %error, "could not read the change feed; serving from memory");
                }
            }
        }
    }
}

/// When the change feed is read.
struct Reads<'a> {
    announcements: &'a dyn ChangeAnnouncements,
    /// The start of the last read.
    last: Option<Instant>,
    /// The start of the last read that did not fail.
    last_success: Instant,
    /// The time of the oldest announced commit that no read has applied yet.
    announced: Option<Instant>,
}

impl<'a> Reads<'a> {
    fn new(directory: &'a Directory) -> Self {
        let announcements = directory.announcements();
        Self { announcements, last: None, last_success: Instant::now(), announced: None }
    }

    /// Waits until a change is announced, or until it is time to poll. A stream of announcements causes no stream of reads.
    /// Returns the start of the next read.
    async fn wait_for_next(&mut self) -> Instant {
        if let Some(last) = self.last {
            if let Ok(first) =
                timeout_at(last + POLL_PERIOD, self.announcements.wait_for_announcement()).await
            {
                self.add(first.committed);
                sleep_until(last + MIN_PERIOD).await;
            }
            // The next read also finds what was announced meanwhile.
            if let Some(later) = self.announcements.wait_for_announcement().now_or_never() {
                self.add(later.committed);
            }
        }
        let started = Instant::now();
        self.last = Some(started);
        started
    }

    fn add(&mut self, committed: Instant) {
        self.announced = Some(self.announced.map_or(committed, |oldest| oldest.min(committed)));
    }

    /// The time from the commit of the oldest change that this read has found until it was applied, and how the node
    /// learned of it. For a change that was not announced, it is the longest possible time: the read before did not find it.
    fn succeeded(&mut self, started: Instant, found: &AppliedChanges) -> Option<(ChangeSource, Duration)> {
        let not_found_at = std::mem::replace(&mut self.last_success, started);
        let lag = match self.announced.take() {
            Some(committed) => (ChangeSource::Notify, committed.elapsed()),
            None => (ChangeSource::Poll, not_found_at.elapsed()),
        };
        // If there was nothing to apply, an earlier read has found what was announced.
        found.has_news().then_some(lag)
    }
}

/// A quarter of the second within which a node promises to apply changes.
const POLL_PERIOD: Duration = Duration::from_millis(250);
/// The shortest time from one read to the next. A hundred nodes read at most 2,000 times a second, however much is written.
const MIN_PERIOD: Duration = Duration::from_millis(50);
