//! Which running nodes have applied a change: what they report is compared with the end of the audit log (decision
//! 0018).
//!
//! Nothing here connects to a node. A change is stored before anybody asks, so that no answer here makes it undone.

use std::time::Duration;

use jeton_protocol::RegionName;
use serde::Serialize;
use tokio::time::{sleep, timeout};

use crate::authorization_server::AuthorizationServer;
use crate::clock::Clock;
use crate::directory::in_time;
use crate::model::Timestamp;
use crate::store::{AuditFilter, AuditOrder, AuditPage, NodeReport, Sequence, Store, StoreError};

/// Whether a running node has applied a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeConfirmation {
    /// What the node's error ids begin with.
    pub node: String,
    /// The region that it serves.
    pub region: RegionName,
    /// Whether it has.
    pub state: ConfirmationState,
}

/// What a node says of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConfirmationState {
    /// It has applied it.
    Confirmed,
    /// It has not said so in time.
    NotConfirmed,
}

/// Waits until every running node of `region`, or of all regions, has applied all changes that are stored now, and at
/// most two seconds; says which have.
///
/// # Errors
/// [`StoreError`] when the store does not tell which nodes there are.
pub(crate) async fn confirm(
    store: &dyn Store,
    clock: &dyn Clock,
    region: Option<&RegionName>,
) -> Result<Vec<NodeConfirmation>, StoreError> {
    let end = find_end(store).await?;
    let mut nodes = list_live(store, clock.now(), region).await?;
    let wait = async {
        while nodes.iter().any(|node| node.position < end) {
            sleep(PERIOD).await;
            nodes = list_live(store, clock.now(), region).await?;
        }
        Ok(())
    };
    // Who has not confirmed when the time is over is told from the last list.
    timeout(LONGEST_WAIT, wait).await.unwrap_or(Ok(()))?;
    let confirmation = |node: NodeReport| {
        let is_applied = node.position >= end;
        let state = if is_applied { ConfirmationState::Confirmed } else { ConfirmationState::NotConfirmed };
        NodeConfirmation { node: node.id, region: node.region, state }
    };
    Ok(nodes.into_iter().map(confirmation).collect())
}

/// The position of the last change of any region. A node that has reached it has applied all before it.
async fn find_end(store: &dyn Store) -> Result<Sequence, StoreError> {
    let last = AuditPage { order: AuditOrder::NewestFirst, after: None, limit: 1 };
    let records = in_time(store.list_audit(&AuditFilter::default(), &last)).await?;
    Ok(records.first().map(|record| record.sequence).unwrap_or_default())
}

async fn list_live(
    store: &dyn Store,
    now: Timestamp,
    region: Option<&RegionName>,
) -> Result<Vec<NodeReport>, StoreError> {
    let mut nodes = in_time(store.list_nodes()).await?;
    nodes.retain(|node| node.is_running(now) && region.is_none_or(|region| &node.region == region));
    Ok(nodes)
}

impl AuthorizationServer {
    /// Reports how far this node has applied the change feed, and returns that position.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not take it. Nothing but confirmations rests on a report.
    pub async fn report_node(&self, id: &str, version: &str) -> Result<Sequence, StoreError> {
        let position = self.directory.position();
        let report = NodeReport {
            id: id.to_owned(),
            region: self.settings.region.clone(),
            version: version.to_owned(),
            position,
            at: self.clock.now(),
        };
        in_time(self.store.report_node(&report, report.at.before(FORGET_AFTER))).await?;
        Ok(position)
    }

    /// Removes the report of this node, which stops.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not take it. Then the node counts as running for 30 seconds more.
    pub async fn remove_node(&self, id: &str) -> Result<(), StoreError> {
        in_time(self.store.remove_node(id)).await
    }

    /// Waits at most two seconds until every running node of this region has applied what is stored now, and says which
    /// have.
    ///
    /// # Errors
    /// [`StoreError`] when the store does not tell which nodes there are.
    pub async fn confirm_in_region(&self) -> Result<Vec<NodeConfirmation>, StoreError> {
        confirm(&*self.store, &*self.clock, Some(&self.settings.region)).await
    }
}

const LONGEST_WAIT: Duration = Duration::from_secs(2);
const PERIOD: Duration = Duration::from_millis(150);
/// A node that was killed is listed for so long.
const FORGET_AFTER: Duration = Duration::from_hours(24);
