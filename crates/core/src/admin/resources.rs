//! Creating, changing and deleting resources and their scopes.

use std::collections::BTreeMap;

use jeton_admin::error::{AlreadyExists, InvalidRequest, NotFound, StateConflict};
use jeton_admin::request::{NewResource, ResourceUpdate};
use jeton_protocol::{ResourceUri, ScopeName};

use super::account::token_length::check_resource;
use super::texts::check_text;
use super::{AdminError, Administrator, check_token_ttl, view::ResourceView};
use crate::model::Resource;
use crate::store::{Action, Attempt, Conflict, ResourceUsers, StoreError, Subject, retry_when_stale};

impl Administrator {
    /// Adds a resource.
    ///
    /// # Errors
    /// [`AdminError::Invalid`] if a text has an invisible character, if there is no scope, or if the scopes are too
    /// long for a token; [`AdminError::NotFound`] if an implication names a scope that the resource does not have;
    /// [`AdminError::Conflict`] if the URI is taken.
    pub async fn create_resource(&self, new: NewResource) -> Result<Resource, AdminError> {
        check_token_ttl(new.token_ttl)?;
        check_texts(new.name.as_deref(), &new.scopes)?;
        let mut resource = Resource {
            uri: new.uri,
            name: new.name.filter(|name| !name.is_empty()),
            scopes: BTreeMap::new(),
            token_format: new.token_format,
            algorithm: new.algorithm,
            previous_algorithm: None,
            token_ttl: new.token_ttl,
            created_at: self.now(),
            version: 1,
        };
        add_scopes(&mut resource, &new.scopes);
        add_implications(&mut resource, &new.implies)?;
        check_scopes(&resource)?;
        let subject = Subject::Resource(resource.uri.clone());
        let audit = self.audit(Action::Create, None, subject, None, Some(ResourceView::from(&resource)));
        match self.store.add_resource(&resource, &audit).await {
            Ok(()) => Ok(resource),
            Err(StoreError::Conflict(Conflict::Exists)) => Err(self.uri_taken(&resource.uri).await),
            Err(error) => Err(error.into()),
        }
    }

    async fn uri_taken(&self, uri: &ResourceUri) -> AdminError {
        match self.store.find_resource(uri).await {
            Ok(found) => {
                let registered = found.map(|resource| resource.uri);
                let registered = registered.filter(|registered| registered.as_str() != uri.as_str());
                AlreadyExists::Resource { uri: uri.clone(), registered }.into()
            }
            Err(error) => error.into(),
        }
    }

    /// The resource of this URI, with its registered spelling.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such resource.
    pub async fn find_resource(&self, uri: &ResourceUri) -> Result<Resource, AdminError> {
        let found = self.store.find_resource(uri).await?;
        found.ok_or_else(|| NotFound::Resource(uri.clone()).into())
    }

    /// All resources.
    ///
    /// # Errors
    /// [`AdminError::Unavailable`] if the store does not answer.
    pub async fn list_resources(&self) -> Result<Vec<Resource>, AdminError> {
        Ok(self.store.list_resources().await?)
    }

    /// The accounts of the region that may use a resource: the first `limit` of each kind, and how many there are.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such resource.
    pub async fn list_resource_users(
        &self,
        uri: &ResourceUri,
        limit: u32,
    ) -> Result<ResourceUsers, AdminError> {
        let resource = self.find_resource(uri).await?;
        Ok(self.store.list_resource_users(&resource.uri, limit).await?)
    }

    /// Changes a resource.
    ///
    /// # Errors
    /// As for [`create_resource`](Self::create_resource); [`AdminError::Conflict`] if a scope to be removed is granted.
    pub async fn update_resource(
        &self,
        uri: &ResourceUri,
        update: &ResourceUpdate,
    ) -> Result<Resource, AdminError> {
        check_token_ttl(update.token_ttl.new_value().copied())?;
        check_texts(update.name.new_value().map(String::as_str), &update.scopes)?;
        retry_when_stale(|| async {
            let before = self.find_resource(uri).await?;
            let mut after = before.clone();
            apply(&mut after, update)?;
            if after == before {
                return Ok(Attempt::Done(after));
            }
            let views = (Some(ResourceView::from(&before)), Some(ResourceView::from(&after)));
            let audit =
                self.audit(Action::Update, None, Subject::Resource(before.uri.clone()), views.0, views.1);
            match self.store.replace_resource(&after, &audit).await {
                Err(StoreError::Conflict(Conflict::InUse)) => {
                    Err(StateConflict::ScopeInUse(uri.clone()).into())
                }
                written => Ok(Attempt::of(written, after)?),
            }
        })
        .await
    }

    /// Deletes a resource that no account uses.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such resource, [`AdminError::Conflict`] while an account uses it.
    pub async fn delete_resource(&self, uri: &ResourceUri) -> Result<(), AdminError> {
        let resource = self.find_resource(uri).await?;
        let subject = Subject::Resource(resource.uri.clone());
        let audit = self.audit(Action::Delete, None, subject, Some(ResourceView::from(&resource)), None);
        match self.store.delete_resource(&resource, &audit).await {
            Err(StoreError::Conflict(Conflict::InUse)) => {
                Err(StateConflict::ResourceInUse(uri.clone()).into())
            }
            result => Ok(result?),
        }
    }
}

fn apply(resource: &mut Resource, update: &ResourceUpdate) -> Result<(), AdminError> {
    update.name.clone().apply_to(&mut resource.name);
    add_scopes(resource, &update.scopes);
    for (scope, implied) in &update.remove_implies {
        let facts = resource.scopes.get_mut(scope);
        if !facts.is_some_and(|facts| facts.implies.remove(implied)) {
            let (resource, scope, implied) = (resource.uri.clone(), scope.clone(), implied.clone());
            return Err(NotFound::Implication { resource, scope, implied }.into());
        }
    }
    for scope in &update.remove_scopes {
        if resource.scopes.remove(scope).is_none() {
            return Err(unknown_scope(resource, scope));
        }
        resource.scopes.values_mut().for_each(|facts| _ = facts.implies.remove(scope));
    }
    add_implications(resource, &update.implies)?;
    if let Some(algorithm) = update.algorithm.filter(|algorithm| *algorithm != resource.algorithm) {
        resource.previous_algorithm = Some(std::mem::replace(&mut resource.algorithm, algorithm));
    }
    if let Some(token_format) = update.token_format {
        resource.token_format = token_format;
    }
    update.token_ttl.apply_to(&mut resource.token_ttl);
    check_scopes(resource)
}

/// Checks only new texts: stored texts that are older than this rule stay until they are replaced.
fn check_texts(name: Option<&str>, scopes: &[(ScopeName, String)]) -> Result<(), AdminError> {
    check_text("the resource name", name.unwrap_or_default())?;
    scopes.iter().try_for_each(|(scope, text)| check_text(&format!("the text of {scope}"), text))
}

fn add_scopes(resource: &mut Resource, scopes: &[(ScopeName, String)]) {
    for (scope, text) in scopes {
        resource.scopes.entry(scope.clone()).or_default().text.clone_from(text);
    }
}

fn add_implications(resource: &mut Resource, implies: &[(ScopeName, ScopeName)]) -> Result<(), AdminError> {
    for (scope, implied) in implies {
        if !resource.scopes.contains_key(implied) {
            return Err(unknown_scope(resource, implied));
        }
        let inserted = resource.scopes.get_mut(scope).map(|facts| facts.implies.insert(implied.clone()));
        if inserted.is_none() {
            return Err(unknown_scope(resource, scope));
        }
    }
    Ok(())
}

fn check_scopes(resource: &Resource) -> Result<(), AdminError> {
    if resource.scopes.is_empty() {
        return Err(InvalidRequest::NoScope(resource.uri.clone()).into());
    }
    check_resource(resource)
}

pub(super) fn unknown_scope(resource: &Resource, scope: &ScopeName) -> AdminError {
    let known = resource.scopes.keys().cloned().collect();
    NotFound::Scope { resource: resource.uri.clone(), scope: scope.clone(), known }.into()
}
