//! The resources and scopes that rows refer to and that do not exist, and how to create them.

use std::collections::{BTreeMap, BTreeSet};

use jeton_admin::error::AdminError;
use jeton_admin::request::{NewResource, ResourceUpdate};
use jeton_admin::value::{Algorithm, TokenFormat};
use jeton_admin::{Administration, Authority};
use jeton_protocol::{ResourceUri, ScopeName};

/// The missing resources and scopes.
#[derive(Debug, Default)]
pub struct MissingResources {
    resources: BTreeMap<ResourceUri, BTreeSet<ScopeName>>,
    scopes: BTreeMap<ResourceUri, BTreeSet<ScopeName>>,
}

impl MissingResources {
    /// Adds a missing resource with the scopes that it needs.
    pub(crate) fn add_resource(&mut self, uri: &ResourceUri, scopes: impl IntoIterator<Item = ScopeName>) {
        self.resources.entry(uri.clone()).or_default().extend(scopes);
    }

    /// Adds scopes that an existing resource lacks.
    pub(crate) fn add_scopes(&mut self, uri: &ResourceUri, scopes: impl IntoIterator<Item = ScopeName>) {
        self.scopes.entry(uri.clone()).or_default().extend(scopes);
    }

    /// A missing resource, as it will be spelled.
    pub(crate) fn spelled(&self, uri: &ResourceUri) -> Option<&ResourceUri> {
        self.resources.get_key_value(uri).map(|(spelled, _)| spelled)
    }

    /// Whether the resource will have the scope.
    pub(crate) fn has(&self, uri: &ResourceUri, scope: &ScopeName) -> bool {
        [&self.resources, &self.scopes]
            .iter()
            .any(|missing| missing.get(uri).is_some_and(|all| all.contains(scope)))
    }

    /// The resources that are created or get more scopes.
    pub fn uris(&self) -> impl Iterator<Item = &ResourceUri> {
        self.resources.keys().chain(self.scopes.keys())
    }

    /// The resources that do not exist, with the scopes that each needs.
    pub fn resources(&self) -> impl Iterator<Item = (&ResourceUri, &BTreeSet<ScopeName>)> {
        self.resources.iter()
    }

    /// The scopes that existing resources lack.
    pub fn scopes(&self) -> impl Iterator<Item = (&ResourceUri, &BTreeSet<ScopeName>)> {
        self.scopes.iter()
    }

    /// Creates all of them, with the defaults of a new resource.
    ///
    /// # Errors
    /// [`AdminError`] of the first one that cannot be created. Those before it stay.
    pub async fn create(
        &self,
        administration: &dyn Administration,
        by: &Authority,
    ) -> Result<(), AdminError> {
        let declared = |scopes: &BTreeSet<ScopeName>| {
            scopes.iter().map(|scope| (scope.clone(), String::new())).collect::<Vec<_>>()
        };
        for (uri, scopes) in &self.resources {
            let new = NewResource {
                uri: uri.clone(),
                name: None,
                scopes: declared(scopes),
                implies: Vec::new(),
                algorithm: Algorithm::Es256,
                token_format: TokenFormat::Jwt,
                token_ttl: None,
            };
            administration.create_resource(by, new).await?;
        }
        for (uri, scopes) in &self.scopes {
            let update = ResourceUpdate { scopes: declared(scopes), ..ResourceUpdate::default() };
            administration.update_resource(by, uri, &update).await?;
        }
        Ok(())
    }
}
