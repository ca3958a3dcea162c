//! Administration of resources, which the regions share.

use async_trait::async_trait;
use jeton_protocol::ResourceUri;

use crate::authority::Authority;
use crate::error::AdminError;
use crate::request::{NewResource, ResourceUpdate};
use crate::view::{ResourceUsersView, ResourceView};

/// Creates, changes, finds and deletes resources. An operation that fails has changed nothing.
#[async_trait]
pub trait ResourceAdministration: Send + Sync + std::fmt::Debug {
    /// The resource of this URI, in any spelling.
    async fn find_resource(&self, by: &Authority, uri: &ResourceUri) -> Result<ResourceView, AdminError>;

    /// The accounts of the region that may use a resource: the first `limit` of each kind, and how many there are.
    async fn list_resource_users(
        &self,
        by: &Authority,
        uri: &ResourceUri,
        limit: u32,
    ) -> Result<ResourceUsersView, AdminError>;

    /// All resources.
    async fn list_resources(&self, by: &Authority) -> Result<Vec<ResourceView>, AdminError>;

    /// Adds a resource.
    async fn create_resource(&self, by: &Authority, new: NewResource) -> Result<ResourceView, AdminError>;

    /// Changes a resource.
    async fn update_resource(
        &self,
        by: &Authority,
        uri: &ResourceUri,
        update: &ResourceUpdate,
    ) -> Result<ResourceView, AdminError>;

    /// Deletes a resource that no account uses.
    async fn delete_resource(&self, by: &Authority, uri: &ResourceUri) -> Result<(), AdminError>;
}
