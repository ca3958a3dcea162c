//! Reports which running nodes have applied a change. It compares the positions that nodes report with the end of the
//! audit log (decision 0018).
//!
//! This module does not connect to any node. A change is stored before its confirmation is requested, so no result here
//! undoes it.

use std::time::Duration;

use jeton_admin::view::{ConfirmationState, NodeConfirmation};
use jeton_protocol::RegionName;
use tokio::time::{sleep, timeout};

use crate::clock::Clock;
use crate::model::Timestamp;
use crate::store::calls::deadline::with_deadline;
use crate::store::{AuditFilter, AuditOrder, AuditPage, NodeReport, Sequence, Store, StoreError};

/// Waits until every running node of `region`, or of all regions, has applied all changes that are stored now, but at
/// most two seconds. Returns the state of each node.
///
/// # Errors
/// [`StoreError`] when the store cannot list the nodes.
pub(crate) async fn confirm(
    store: &dyn Store,
    clock: &dyn Clock,
    region: Option<&RegionName>,
) -> Result<Vec<NodeConfirmation>, StoreError> {
    let end = find_end(store).await?;
    let mut nodes = list_running(store, clock.now(), region).await?;
    let wait = async {
        while nodes.iter().any(|node| node.position < end) {
            sleep(POLL_INTERVAL).await;
            nodes = list_running(store, clock.now(), region).await?;
        }
        Ok(())
    };
    // On timeout the last list shows which nodes have not confirmed.
    timeout(MAX_WAIT, wait).await.unwrap_or(Ok(()))?;
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
    let records = with_deadline(store.list_audit(&AuditFilter::default(), &last)).await?;
    Ok(records.first().map(|record| record.sequence).unwrap_or_default())
}

async fn list_running(
    store: &dyn Store,
    now: Timestamp,
    region: Option<&RegionName>,
) -> Result<Vec<NodeReport>, StoreError> {
    let mut nodes = with_deadline(store.list_nodes()).await?;
    nodes.retain(|node| node.is_running(now) && region.is_none_or(|region| &node.region == region));
    Ok(nodes)
}

const MAX_WAIT: Duration = Duration::from_secs(2);
const POLL_INTERVAL: Duration = Duration::from_millis(150);
