//! Resources.

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::ResourceAdministration;
use jeton_admin::error::AdminError;
use jeton_admin::request::{NewResource, ResourceUpdate};
use jeton_admin::view::{ResourceUsersView, ResourceView};
use jeton_protocol::ResourceUri;

use super::StoreAdministration;

#[async_trait]
impl ResourceAdministration for StoreAdministration {
    async fn find_resource(&self, by: &Authority, uri: &ResourceUri) -> Result<ResourceView, AdminError> {
        Ok(ResourceView::from(&self.administrator(by).find_resource(uri).await?))
    }

    async fn list_resource_users(
        &self,
        by: &Authority,
        uri: &ResourceUri,
        limit: u32,
    ) -> Result<ResourceUsersView, AdminError> {
        Ok(self.administrator(by).list_resource_users(uri, limit).await?.into())
    }

    async fn list_resources(&self, by: &Authority) -> Result<Vec<ResourceView>, AdminError> {
        let resources = self.administrator(by).list_resources().await?;
        Ok(resources.iter().map(ResourceView::from).collect())
    }

    async fn create_resource(&self, by: &Authority, new: NewResource) -> Result<ResourceView, AdminError> {
        Ok(ResourceView::from(&self.administrator(by).create_resource(new).await?))
    }

    async fn update_resource(
        &self,
        by: &Authority,
        uri: &ResourceUri,
        update: &ResourceUpdate,
    ) -> Result<ResourceView, AdminError> {
        Ok(ResourceView::from(&self.administrator(by).update_resource(uri, update).await?))
    }

    async fn delete_resource(&self, by: &Authority, uri: &ResourceUri) -> Result<(), AdminError> {
        self.administrator(by).delete_resource(uri).await
    }
}
