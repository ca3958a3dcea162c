//! Storage of the status reports of running nodes. A report is not a change: it has no audit record and does not appear
//! in the change feed.

use std::time::Duration;

use async_trait::async_trait;
use jeton_protocol::RegionName;

use super::{Position, StoreError};
use crate::model::Timestamp;

/// The status report of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeReport {
    /// The id of the node, which is the prefix of its error ids.
    pub id: String,
    /// The region it serves.
    pub region: RegionName,
    /// Its version of Jeton.
    pub version: String,
    /// The last changes it has applied.
    pub position: Position,
    /// The time of the report, by the clock of the node.
    pub at: Timestamp,
}

impl NodeReport {
    /// Whether the report is recent enough to count the node as running.
    #[must_use]
    pub fn is_running(&self, now: Timestamp) -> bool {
        Self::is_recent(self.at, now)
    }

    /// Whether the node may still serve from memory, for `serve_stale_for` after it last read the store, although it does
    /// not report any more: it may be cut off from the store.
    #[must_use]
    pub fn may_serve(&self, now: Timestamp, serve_stale_for: Duration) -> bool {
        self.at >= now.before(RUNNING_WITHIN + serve_stale_for)
    }

    /// Whether a report of the time `at` is recent enough to count its node as running.
    #[must_use]
    pub fn is_recent(at: Timestamp, now: Timestamp) -> bool {
        at >= now.before(RUNNING_WITHIN)
    }
}

/// Stores the reports of the nodes of all regions.
#[async_trait]
pub trait NodeStore: Send + Sync + std::fmt::Debug {
    /// Adds the report of a node or replaces its last one. Removes reports from before `forget_before`.
    async fn report_node(&self, report: &NodeReport, forget_before: Timestamp) -> Result<(), StoreError>;

    /// The last report of each node, ordered by region and id.
    async fn list_nodes(&self) -> Result<Vec<NodeReport>, StoreError>;

    /// Removes the report of a stopping node, if there is one.
    async fn remove_node(&self, id: &str) -> Result<(), StoreError>;
}

/// The maximum age of a report from a running node. Three reports in a row may be lost.
const RUNNING_WITHIN: Duration = Duration::from_secs(30);
