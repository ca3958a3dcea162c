//! The change feed: nodes that serve from memory follow it to learn of writes by other processes.

use async_trait::async_trait;

use super::{RevocationNumber, Sequence, StoreError, Subject};
use crate::model::{Key, Resource, Timestamp};

/// How far the change feed was read: the last number of each chain that concerns the region. All changes up to it were
/// read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Position {
    /// In the chain of the region.
    pub region: Sequence,
    /// In the chain of what the regions share.
    pub shared: Sequence,
}

impl Position {
    /// The position before the first change. Every state is at or after it.
    pub const START: Self = Self { region: Sequence::START, shared: Sequence::START };

    /// Whether every change up to `other` is included.
    #[must_use]
    pub fn includes(self, other: Self) -> bool {
        self.region >= other.region && self.shared >= other.shared
    }
}

/// A value and the position of the change feed, read in one snapshot. Changes after that position may not be in the
/// value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot<T> {
    /// The last changes that the value includes.
    pub position: Position,
    /// The value.
    pub value: T,
}

/// A committed change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its number in its chain.
    pub sequence: Sequence,
    /// The time of the change, by the clock of the writer.
    pub at: Timestamp,
    /// What was changed.
    pub subject: Subject,
}

/// Changes after a position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// The changes: those of the region, then those of what the regions share, each oldest first.
    pub changes: Vec<Change>,
    /// The position up to which the feed was read.
    pub reached: Position,
    /// Whether there are more changes after `reached`.
    pub more: bool,
    /// The feed does not contain the requested position, for example after a backup was restored. The follower must
    /// discard its cached data and continue at the last change.
    pub gap: bool,
    /// The highest number that a revocation of any region was ever given, in the same snapshot: a node that has read
    /// the list of revocations up to this number has all of them. Lower than a number that was read if a backup was restored.
    pub last_revocation: RevocationNumber,
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

    /// At most `limit` changes of each chain after the position `after`, in commit order, in one snapshot. A change with
    /// a lower number never appears in a chain after one with a higher number was returned. Summaries of revocations are
    /// left out: they change nothing that a node knows.
    async fn list_changes(&self, after: Position, limit: u32) -> Result<Changes, StoreError>;
}
