//! What a running node has applied.

use jeton_protocol::RegionName;
use serde::Serialize;

use super::Sequence;
use crate::value::Timestamp;

/// A node that reports to the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeView {
    /// The prefix of the node's error ids.
    pub node: String,
    /// The region that the node serves.
    pub region: RegionName,
    /// Its version of Jeton.
    pub version: String,
    /// The last change of the region that it has applied.
    pub position: Sequence,
    /// The last change that it has applied to what the regions share.
    pub shared_position: Sequence,
    /// When it last reported, by its own clock.
    pub reported_at: Timestamp,
    /// Whether the report is recent enough to count the node as running.
    pub live: bool,
}

/// Whether a running node has applied a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeConfirmation {
    /// The prefix of the node's error ids.
    pub node: String,
    /// The region that the node serves.
    pub region: RegionName,
    /// Whether the node has applied the change.
    pub state: ConfirmationState,
}

/// Whether a node has reported that it applied a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmationState {
    /// The node has applied the change.
    Confirmed,
    /// The node did not report it within the time limit.
    NotConfirmed,
}
