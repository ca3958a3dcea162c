//! There are no announcements: nothing tells another process of a commit, so nodes poll.

use std::future::pending;

use async_trait::async_trait;
use jeton_core::store::{Announcement, ChangeAnnouncements, ChangeSource};

use crate::SqliteStore;

#[async_trait]
impl ChangeAnnouncements for SqliteStore {
    async fn exchange_announcements(&self) {
        pending::<()>().await;
    }

    async fn wait_for_announcement(&self) -> Announcement {
        pending().await
    }

    fn change_source(&self) -> Option<ChangeSource> {
        None
    }
}
