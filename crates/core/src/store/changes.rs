//! The change feed: nodes that serve from memory follow it to learn of writes by other processes.

use async_trait::async_trait;

use super::{Sequence, StoreError, Subject};
use crate::model::{Key, Resource, Timestamp};

/// A value and the position of the change feed, read in one snapshot. Changes after that position may not be in the
/// value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot<T> {
    /// The last change that the value includes.
    pub sequence: Sequence,
    /// The value.
    pub value: T,
}

/// A committed change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its position.
    pub sequence: Sequence,
    /// The time of the change, by the clock of the writer.
    pub at: Timestamp,
    /// What was changed.
    pub subject: Subject,
}

/// Changes after a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The changes, oldest first.
    pub changes: Vec<Change>,
    /// The position up to which the feed was read. Higher than the last change if only changes of other regions follow,
    /// so that a follower does not read those again.
    pub reached: Sequence,
    /// The feed does not contain the requested position, for example after a backup was restored. The follower must
    /// discard its cached data and continue at the last change.
    pub gap: bool,
}

/// The data that every node keeps in memory completely, because it is small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// All resources.
    pub resources: Vec<Resource>,
    /// The region's keys in any state, oldest first.
    pub keys: Vec<Key>,
    /// The region's epoch.
    pub region_epoch: i64,
    /// Whether any account of the region has an imported secret that is not revoked.
    pub holds_imported_secrets: bool,
}

/// Reads the changes of other processes.
#[async_trait]
pub trait ChangeFeed: Send + Sync + std::fmt::Debug {
    /// The catalog in one snapshot.
    async fn find_catalog(&self) -> Result<Snapshot<Catalog>, StoreError>;

    /// At most `limit` changes after the position `after`, in commit order. A change with a lower sequence never
    /// appears after one with a higher sequence was returned.
    async fn list_changes(&self, after: Sequence, limit: u32) -> Result<Changes, StoreError>;
}
