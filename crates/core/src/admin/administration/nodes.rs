//! What nodes know of changes.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::{NodeConfirmations, NodeReading};
use jeton_admin::error::AdminError;
use jeton_admin::view::{NodeConfirmation, NodeView};

use super::{StoreAdministration, StoreReading};
use crate::store::NodeReport;

#[async_trait]
impl NodeConfirmations for StoreAdministration {
    async fn confirm_in_region(&self, by: &Authority) -> Result<Vec<NodeConfirmation>, AdminError> {
        Ok(self.administrator(by).confirm_in_region().await?)
    }

    async fn confirm_in_all_regions(&self, by: &Authority) -> Result<Vec<NodeConfirmation>, AdminError> {
        Ok(self.administrator(by).confirm_in_all_regions().await?)
    }
}

#[async_trait]
impl NodeReading for StoreReading {
    async fn list_nodes(&self, _by: &Authority) -> Result<Vec<NodeView>, AdminError> {
        let reports = self.store.list_nodes().await?;
        let now = self.clock.now();
        let view = |report: NodeReport| NodeView {
            live: report.is_running(now),
            node: report.id,
            region: report.region,
            version: report.version,
            position: report.position.region,
            shared_position: report.position.shared,
            reported_at: report.at,
        };
        Ok(reports.into_iter().map(view).collect())
    }
}

#[async_trait]
impl NodeReading for StoreAdministration {
    async fn list_nodes(&self, by: &Authority) -> Result<Vec<NodeView>, AdminError> {
        self.reading().list_nodes(by).await
    }
}
