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
use crate::model::Chain;
use crate::store::calls::deadline::read_with_deadline;
use crate::store::{NodeReport, Position, Sequence, Store, StoreError};

/// Waits until every running node of `region`, or of all regions, has applied all changes that are stored now, but at
/// most two seconds. Returns the state of each node, also of those that no longer report but may still serve from memory:
/// these have not applied what they have not reported.
///
/// # Errors
/// [`StoreError`] when the store cannot list the nodes.
pub(crate) async fn confirm(
    store: &dyn Store,
    clock: &dyn Clock,
    region: Option<&RegionName>,
    serve_stale_for: Duration,
) -> Result<Vec<NodeConfirmation>, StoreError> {
    let ends = find_ends(store).await?;
    let has_applied = |node: &NodeReport| node.position.includes(end_of(&ends, &node.region));
    let list = || list_serving(store, clock, region, serve_stale_for);
    let is_awaited = |node: &NodeReport| node.is_running(clock.now()) && !has_applied(node);
    let mut nodes = list().await?;
    let wait = async {
        while nodes.iter().any(is_awaited) {
            sleep(POLL_INTERVAL).await;
            nodes = list().await?;
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

async fn list_serving(
    store: &dyn Store,
    clock: &dyn Clock,
    region: Option<&RegionName>,
    serve_stale_for: Duration,
) -> Result<Vec<NodeReport>, StoreError> {
    let mut nodes = read_with_deadline(store.list_nodes()).await?;
    let now = clock.now();
    nodes.retain(|node| {
        node.may_serve(now, serve_stale_for) && region.is_none_or(|region| &node.region == region)
    });
    Ok(nodes)
}

const MAX_WAIT: Duration = Duration::from_secs(2);
const POLL_INTERVAL: Duration = Duration::from_millis(150);
