//! Turns the audiences and scopes of rows into entitlements, and collects the resources and scopes that are missing.

use std::collections::BTreeMap;

use jeton_admin::request::Entitlement;
use jeton_admin::view::ResourceView;
use jeton_protocol::{ResourceUri, Scope, ScopeName};

use super::note::Note;
use super::scopes::KeptScopes;
use crate::bad_row::BadRow;
use crate::missing_resources::MissingResources;
use crate::row::Client;

/// The existing resources, and those that are missing.
#[derive(Debug)]
pub(super) struct Resources {
    existing: BTreeMap<ResourceUri, ResourceView>,
    missing: MissingResources,
    default: Option<ResourceUri>,
    create: bool,
}

impl Resources {
    /// `default` is the resource of a row without an audience. `create`: missing ones are to be created.
    pub(super) fn new(existing: Vec<ResourceView>, default: Option<ResourceUri>, create: bool) -> Self {
        let existing = existing.into_iter().map(|resource| (resource.uri.clone(), resource)).collect();
        Self { existing, missing: MissingResources::default(), default, create }
    }

    /// Those that are missing, after all rows are planned.
    pub(super) fn into_missing(self) -> MissingResources {
        self.missing
    }

    /// Grants each scope on each of the row's audiences that declares it: Hydra grants any scope for any audience.
    pub(super) fn entitlements(
        &mut self,
        client: &Client,
        notes: &mut Vec<Note>,
    ) -> Result<Vec<Entitlement>, BadRow> {
        let uris = self.audience(client, notes)?;
        let declared = |name: &ScopeName| uris.iter().any(|uri| self.declares(uri, name));
        let scopes = KeptScopes::of(&client.scope, declared, notes)?;
        self.note_missing(&uris, &scopes);
        if !self.create {
            self.refuse_missing(&uris, &scopes.undeclared)?;
        }
        let mut entitlements = Vec::new();
        for uri in uris {
            let granted =
                scopes.all.iter().filter(|name| self.declares(&uri, name) || self.missing.has(&uri, name));
            match Scope::from_names(granted.cloned()) {
                Some(scope) => entitlements.push(Entitlement {
                    resource: Some(uri),
                    scope: Some(scope),
                    introspects: Vec::new(),
                }),
                None => notes.push(Note::NoScopeOn(uri)),
            }
        }
        Ok(entitlements)
    }

    /// The resources of the row as they are spelled in tokens, without duplicates.
    fn audience(&self, client: &Client, notes: &mut Vec<Note>) -> Result<Vec<ResourceUri>, BadRow> {
        let named = match client.audience.as_slice() {
            [] => self.default.as_slice(),
            audience => audience,
        };
        let mut uris: Vec<ResourceUri> = Vec::new();
        for given in named {
            let registered = self.registered(given).unwrap_or(given).clone();
            if given.as_str() != registered.as_str() {
                notes.push(Note::OtherSpelling { given: given.clone(), registered: registered.clone() });
            }
            if !uris.contains(&registered) {
                uris.push(registered);
            }
        }
        if uris.is_empty() { Err(BadRow::NoAudience) } else { Ok(uris) }
    }

    /// The resource as it is spelled in tokens, if it exists or an earlier row creates it.
    fn registered<'r>(&'r self, named: &ResourceUri) -> Option<&'r ResourceUri> {
        let existing = self.existing.get(named).map(|resource| &resource.uri);
        existing.or_else(|| self.missing.spelled(named))
    }

    fn declares(&self, uri: &ResourceUri, name: &ScopeName) -> bool {
        self.existing.get(uri).is_some_and(|resource| resource.scopes.iter().any(|scope| scope.name == *name))
    }

    fn note_missing(&mut self, uris: &[ResourceUri], scopes: &KeptScopes) {
        for uri in uris {
            match self.existing.get(uri) {
                None => self.missing.add_resource(uri, scopes.all.iter().cloned()),
                Some(_) if scopes.undeclared.is_empty() => {}
                Some(_) => self.missing.add_scopes(uri, scopes.undeclared.iter().cloned()),
            }
        }
    }

    fn refuse_missing(&self, uris: &[ResourceUri], undeclared: &[ScopeName]) -> Result<(), BadRow> {
        if let Some(uri) = uris.iter().find(|uri| !self.existing.contains_key(*uri)) {
            return Err(BadRow::MissingResource(uri.clone()));
        }
        match undeclared {
            [] => Ok(()),
            scopes => Err(BadRow::MissingScopes { resources: uris.to_vec(), scopes: scopes.to_vec() }),
        }
    }
}
