//! Reports which running nodes have applied a change. It compares the positions that nodes report with the end of the
//! audit log (decision 0018).
//!
//! This module does not connect to any node. A change is stored before its confirmation is requested, so no result here
//! undoes it.

use std::collections::BTreeMap;
use std::time::Duration;

use jeton_admin::view::{ConfirmationState, NodeConfirmation};
use jeton_protocol::RegionName;
use tokio::time::{sleep, timeout};

use crate::clock::Clock;
use crate::model::{Chain, Timestamp};
use crate::store::calls::deadline::read_with_deadline;
use crate::store::{NodeReport, Position, Sequence, Store, StoreError};

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
    let ends = find_ends(store).await?;
    let has_applied = |node: &NodeReport| node.position.includes(end_of(&ends, &node.region));
    let mut nodes = list_running(store, clock.now(), region).await?;
    let wait = async {
        while !nodes.iter().all(has_applied) {
            sleep(POLL_INTERVAL).await;
            nodes = list_running(store, clock.now(), region).await?;
        }
        Ok(())
    };
    // On timeout the last list shows which nodes have not confirmed.
    timeout(MAX_WAIT, wait).await.unwrap_or(Ok(()))?;
    let confirmation = |node: NodeReport| {
        let state =
            if has_applied(&node) { ConfirmationState::Confirmed } else { ConfirmationState::NotConfirmed };
        NodeConfirmation { node: node.id, region: node.region, state }
    };
    Ok(nodes.into_iter().map(confirmation).collect())
}

/// The number of the last change in each chain.
async fn find_ends(store: &dyn Store) -> Result<BTreeMap<Chain, Sequence>, StoreError> {
    let chains = read_with_deadline(store.list_chains()).await?;
    Ok(chains.into_iter().map(|chain| (chain.end.chain, chain.end.sequence)).collect())
}

/// The position that has all changes for the nodes of `region`.
fn end_of(ends: &BTreeMap<Chain, Sequence>, region: &RegionName) -> Position {
    let end = |chain: &Chain| ends.get(chain).copied().unwrap_or_default();
    Position { region: end(&Chain::Region(region.clone())), shared: end(&Chain::Shared) }
}

async fn list_running(
    store: &dyn Store,
    now: Timestamp,
    region: Option<&RegionName>,
) -> Result<Vec<NodeReport>, StoreError> {
    let mut nodes = read_with_deadline(store.list_nodes()).await?;
    nodes.retain(|node| node.is_running(now) && region.is_none_or(|region| &node.region == region));
    Ok(nodes)
}

const MAX_WAIT: Duration = Duration::from_secs(2);
const POLL_INTERVAL: Duration = Duration::from_millis(150);
