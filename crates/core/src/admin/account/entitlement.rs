//! Grants and introspection rights of accounts: adds them, removes them, and checks that the granted scopes exist.

use std::collections::{BTreeMap, BTreeSet};

use jeton_admin::error::{InvalidRequest, NotFound};
use jeton_admin::request::Entitlement;
use jeton_protocol::{ResourceUri, Scope};

use crate::admin::account::token_length::check_account;
use crate::admin::resources::unknown_scope;
use crate::admin::{AdminError, Administrator, next_epoch};
use crate::model::{Account, Resource};
use crate::store::Action;

impl Administrator {
    /// Adds grants and introspection rights to an account.
    ///
    /// # Errors
    /// [`AdminError`] that names the value that is unknown or too long for a token.
    pub async fn grant(&self, reference: &str, entitlement: &Entitlement) -> Result<Account, AdminError> {
        let (grants, introspects) = self.checked_entitlement(entitlement).await?;
        let add = |account: &mut Account| {
            check_account(account)?;
            for (uri, scope) in &grants {
                let merged = account.grants.get(uri).map_or_else(|| scope.clone(), |own| own.union(scope));
                account.grants.insert(uri.clone(), merged);
            }
            account.introspects.extend(introspects.iter().cloned());
            Ok(())
        };
        self.change_account(reference, Action::Grant, add).await.map(|(account, ())| account)
    }

    /// Removes grants and introspection rights from an account and invalidates its tokens.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if the account does not have what is to be removed.
    pub async fn ungrant(&self, reference: &str, entitlement: &Entitlement) -> Result<Account, AdminError> {
        let remove = |account: &mut Account| {
            if let Some(scope) = &entitlement.scope {
                let uri = held_resource(account, entitlement.resource.as_ref(), scope)?;
                let left = account.grants.remove(&uri).and_then(|held| without(&held, scope));
                match left {
                    Some(left) => drop(account.grants.insert(uri, left)),
                    None if account.default_resource.as_ref() == Some(&uri) => {
                        account.default_resource = None;
                    }
                    None => {}
                }
            }
            for uri in &entitlement.introspects {
                if !account.introspects.remove(uri) {
                    let (account, resource) = (account.client_id.clone(), uri.clone());
                    return Err(NotFound::IntrospectionRight { account, resource }.into());
                }
            }
            account.epoch = next_epoch(account.epoch, self.now());
            Ok(())
        };
        self.change_account(reference, Action::Ungrant, remove).await.map(|(account, ())| account)
    }

    /// Checks that the resources and scopes exist. Returns the resources with their registered spelling.
    pub(in crate::admin) async fn checked_entitlement(
        &self,
        wanted: &Entitlement,
    ) -> Result<CheckedEntitlement, AdminError> {
        let mut resources = match (&wanted.scope, &wanted.resource) {
            (Some(_), Some(uri)) => vec![self.find_resource(uri).await?],
            (Some(_), None) => self.store.list_resources().await?,
            (None, _) => Vec::new(),
        };
        for uri in &wanted.introspects {
            if !resources.iter().any(|resource| resource.uri == *uri) {
                resources.push(self.find_resource(uri).await?);
            }
        }
        entitlement_among(&resources, wanted)
    }
}

/// Grants and introspection rights on resources that exist, with their registered spelling.
pub(in crate::admin) type CheckedEntitlement = (BTreeMap<ResourceUri, Scope>, BTreeSet<ResourceUri>);

/// Checks that the wanted resources and scopes are among `resources`. These are all resources if the resource of the
/// scope is not named.
pub(super) fn entitlement_among(
    resources: &[Resource],
    wanted: &Entitlement,
) -> Result<CheckedEntitlement, AdminError> {
    let named = |uri: &ResourceUri| {
        let found = resources.iter().find(|resource| resource.uri == *uri);
        found.ok_or_else(|| AdminError::from(NotFound::Resource(uri.clone())))
    };
    let mut grants = BTreeMap::new();
    if let Some(scope) = &wanted.scope {
        let resource = match &wanted.resource {
            Some(uri) => named(uri)?,
            None => resource_with(resources, scope)?,
        };
        if let Some(unknown) = resource.unknown_scope(scope) {
            return Err(unknown_scope(resource, unknown));
        }
        grants.insert(resource.uri.clone(), scope.clone());
    }
    let introspects: BTreeSet<_> = wanted
        .introspects
        .iter()
        .map(|uri| Ok(named(uri)?.uri.clone()))
        .collect::<Result<_, AdminError>>()?;
    if grants.is_empty() && introspects.is_empty() {
        return Err(InvalidRequest::NoEntitlement.into());
    }
    Ok((grants, introspects))
}

/// The resource of `scope`: the only resource, or else the only one that has all of its names.
fn resource_with<'a>(resources: &'a [Resource], scope: &Scope) -> Result<&'a Resource, AdminError> {
    let matching: Vec<&Resource> = match resources {
        [] => return Err(NotFound::AnyResource.into()),
        [only] => return Ok(only),
        several => several.iter().filter(|resource| resource.unknown_scope(scope).is_none()).collect(),
    };
    match matching.as_slice() {
        [resource] => Ok(resource),
        [] => Err(NotFound::ResourceWithScope(scope.clone()).into()),
        several => {
            let resources = several.iter().map(|resource| resource.uri.clone()).collect();
            Err(InvalidRequest::AmbiguousScope { scope: scope.clone(), resources }.into())
        }
    }
}

/// The granted resource to remove `scope` from.
fn held_resource(
    account: &Account,
    named: Option<&ResourceUri>,
    scope: &Scope,
) -> Result<ResourceUri, AdminError> {
    let holds = |uri: &&ResourceUri| account.grants.get(*uri).is_some_and(|held| scope.is_subset(held));
    let holding: Vec<&ResourceUri> = match named {
        Some(uri) => account.grants.keys().filter(|held| *held == uri).filter(holds).collect(),
        None => account.grants.keys().filter(holds).collect(),
    };
    match holding.as_slice() {
        [uri] => Ok((*uri).clone()),
        [] => {
            let account = account.client_id.clone();
            Err(NotFound::Grant { account, scope: scope.clone() }.into())
        }
        _ => {
            let account = account.client_id.clone();
            Err(InvalidRequest::AmbiguousGrant { account, scope: scope.clone() }.into())
        }
    }
}

fn without(held: &Scope, removed: &Scope) -> Option<Scope> {
    Scope::from_names(held.iter().filter(|name| !removed.contains(name)).cloned())
}
