//! The part of the store that every node keeps in memory completely. It must not know how it is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_protocol::ResourceUri;

use crate::keys::KeyRing;
use crate::model::{Account, Resource};
use crate::store::Position;

/// The part of the store that is cached completely, except revocations.
#[derive(Debug)]
pub struct CachedCatalog {
    /// The resources by URI.
    pub resources: BTreeMap<ResourceUri, Arc<Resource>>,
    /// The region's keys.
    pub keys: KeyRing,
    /// The region's epoch.
    pub region_epoch: i64,
    /// Whether the store holds any imported secret.
    pub holds_imported_secrets: bool,
    /// The last changes that the catalog includes.
    pub(crate) position: Position,
}

impl CachedCatalog {
    /// A catalog that was not read yet.
    pub(crate) fn empty() -> Self {
        Self {
            resources: BTreeMap::new(),
            keys: KeyRing::default(),
            region_epoch: 0,
            holds_imported_secrets: false,
            position: Position::START,
        }
    }

    /// Whether this account was granted a resource that the catalog does not have.
    pub(crate) fn lacks_resource_of(&self, account: &Account) -> bool {
        account.grants.keys().any(|uri| !self.resources.contains_key(uri))
    }
}
