//! What the running nodes know of the changes of administrators.

use async_trait::async_trait;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::view::{NodeConfirmation, NodeView};

/// Lists nodes. Needs no key of the region.
#[async_trait]
pub trait NodeReading: Send + Sync + std::fmt::Debug {
    /// The last report of each node of all regions, ordered by region and id.
    async fn list_nodes(&self, by: &Authority) -> Result<Vec<NodeView>, AdminError>;
}

/// Waits for nodes. No result here undoes a change: it is stored before this is asked.
#[async_trait]
pub trait NodeConfirmations: Send + Sync + std::fmt::Debug {
    /// Waits at most two seconds until every running node of the region has applied all stored changes. Says for each node
    /// whether it has.
    async fn confirm_in_region(&self, by: &Authority) -> Result<Vec<NodeConfirmation>, AdminError>;

    /// The same for the nodes of all regions: for changes to what the regions share.
    async fn confirm_in_all_regions(&self, by: &Authority) -> Result<Vec<NodeConfirmation>, AdminError>;
}
