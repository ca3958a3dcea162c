//! What nodes know of changes.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::NodeConfirmations;
use jeton_admin::error::AdminError;
use jeton_admin::view::NodeConfirmation;

use super::StoreAdministration;

#[async_trait]
impl NodeConfirmations for StoreAdministration {
    async fn confirm_in_region(&self, by: &Authority) -> Result<Vec<NodeConfirmation>, AdminError> {
        Ok(self.administrator(by).confirm_in_region().await?)
    }

    async fn confirm_in_all_regions(&self, by: &Authority) -> Result<Vec<NodeConfirmation>, AdminError> {
        Ok(self.administrator(by).confirm_in_all_regions().await?)
    }
}
