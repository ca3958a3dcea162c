//! Keeping what running nodes report of themselves. A report is no change: it has no audit record and is not in the feed.

use std::time::Duration;

use async_trait::async_trait;
use jeton_protocol::RegionName;

use super::{Sequence, StoreError};
use crate::model::Timestamp;

/// What a node reports of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeReport {
    /// What its error ids begin with.
    pub id: String,
    /// The region that it serves.
    pub region: RegionName,
    /// Its version of Jeton.
    pub version: String,
    /// The last change that it has applied.
    pub position: Sequence,
    /// When it reported, by its clock.
    pub at: Timestamp,
}

impl NodeReport {
    /// Whether the node has reported so lately that it counts as running.
    #[must_use]
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.at >= now.before(LIVE_FOR)
    }
}

/// Keeps the reports of the nodes of all regions.
#[async_trait]
pub trait NodeStore: Send + Sync + std::fmt::Debug {
    /// Adds the report of a node, or replaces its last one; removes those that were made before `forget_before`.
    async fn report_node(&self, report: &NodeReport, forget_before: Timestamp) -> Result<(), StoreError>;

    /// The last report of each node, in the order of region and id.
    async fn list_nodes(&self) -> Result<Vec<NodeReport>, StoreError>;

    /// Removes the report of a node that stops, if there is one.
    async fn remove_node(&self, id: &str) -> Result<(), StoreError>;
}

/// Three reports may be lost.
const LIVE_FOR: Duration = Duration::from_secs(30);
