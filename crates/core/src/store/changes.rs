//! The change feed: how a node that serves from memory hears of what others wrote.

use async_trait::async_trait;

use super::{StoreError, Subject};
use crate::model::{Key, Resource, Timestamp};

/// A position in the change feed; later changes have higher ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sequence(pub i64);

/// A value and the position of the feed in the same snapshot: changes after it may not be in the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsOf<T> {
    /// The last change that the value contains.
    pub sequence: Sequence,
    /// What was read.
    pub value: T,
}

/// A change that was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its position.
    pub sequence: Sequence,
    /// When the writer made it, by its clock.
    pub at: Timestamp,
    /// What was changed.
    pub subject: Subject,
}

/// Changes after a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The changes, oldest first.
    pub changes: Vec<Change>,
    /// How far the feed was read with them. Beyond the last change where what follows is of other regions: whoever
    /// follows must not read that again and again.
    pub reached: Sequence,
    /// The feed no longer, or not, holds the position that was asked for (a restored backup, say):
    /// whoever follows must forget all it holds and start at the last change.
    pub gap: bool,
}

/// What every node keeps whole in memory, because it is small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    /// All resources.
    pub resources: Vec<Resource>,
    /// The region's keys in whatever state, oldest first.
    pub keys: Vec<Key>,
    /// The region's epoch.
    pub region_epoch: i64,
    /// Whether any account of the region has a secret that was brought along and not revoked.
    pub holds_imported_secrets: bool,
}

/// Reads what others wrote.
#[async_trait]
pub trait ChangeFeed: Send + Sync + std::fmt::Debug {
    /// The catalog in one snapshot.
    async fn find_catalog(&self) -> Result<AsOf<Catalog>, StoreError>;

    /// At most `limit` changes after `sequence`, in the order of commit: a change with a lower sequence never
    /// appears after one with a higher sequence was returned.
    async fn list_changes(&self, after: Sequence, limit: u32) -> Result<Changes, StoreError>;
}
