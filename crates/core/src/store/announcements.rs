//! How a store tells nodes at once that another process has changed it.
//!
//! Announcements only save time. A node that polls the change feed keeps every promise without them, so losing one is
//! never an error.

use async_trait::async_trait;
use tokio::time::Instant;

/// Sends and receives announcements of changes.
#[async_trait]
pub trait ChangeAnnouncements: Send + Sync + std::fmt::Debug {
    /// Sends the announcements of this process's writes, and receives those of all processes, until this future is
    /// dropped. Without it, [`wait_for_announcement`](Self::wait_for_announcement) waits for ever.
    async fn exchange_announcements(&self);

    /// Returns once changes have been announced that no earlier call has returned. Several announcements may become one.
    /// Waits for ever if the store has no announcements. Cancel-safe.
    async fn wait_for_announcement(&self) -> Announcement;

    /// By what this process learns of changes now; `None` if the store has no announcements, so that nodes always poll.
    fn change_source(&self) -> Option<ChangeSource>;
}

/// One or more changes were committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announcement {
    /// When the writer of the oldest of them learned that it was committed, by the clock of this process.
    pub committed: Instant,
}

/// By what a node learns of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeSource {
    /// By announcements. It still polls, in case one is lost.
    Notify,
    /// By polling alone.
    Poll,
}

impl ChangeSource {
    /// The name in metrics and in the answer of `/readyz`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Poll => "poll",
        }
    }
}
