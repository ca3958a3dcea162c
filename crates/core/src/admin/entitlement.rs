//! What accounts may do: granting, taking away, and making sure that what is granted exists.

use std::collections::{BTreeMap, BTreeSet};

use jeton_protocol::{ResourceUri, Scope};

use super::resources::unknown_scope;
use super::token_room::check_account;
use super::{AdminError, Administrator, raised};
use crate::model::{Account, Resource};
use crate::store::Action;

/// What an account may do, or may do no more.
#[derive(Debug, Clone, Default)]
pub struct Entitlement {
    /// Whose scopes these are; where it is not named, the only resource that knows them all.
    pub resource: Option<ResourceUri>,
    /// The scopes it may ask for.
    pub scope: Option<Scope>,
    /// Whose tokens it may introspect.
    pub introspects: Vec<ResourceUri>,
}

impl Administrator {
    /// Lets an account do more.
    ///
    /// # Errors
    /// [`AdminError`] that names what is unknown, or too long for a token.
    pub async fn grant(&self, reference: &str, entitlement: &Entitlement) -> Result<Account, AdminError> {
        let (grants, introspects) = self.checked_entitlement(entitlement).await?;
        let add = |account: &mut Account| {
            check_account(account)?;
            for (uri, scope) in &grants {
                let whole = account.grants.get(uri).map_or_else(|| scope.clone(), |own| own.union(scope));
                account.grants.insert(uri.clone(), whole);
            }
            account.introspects.extend(introspects.iter().cloned());
            Ok(())
        };
        self.change_account(reference, Action::Grant, add).await.map(|(account, ())| account)
    }

    /// Lets an account do less; all tokens it has are dead.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when it did not have what is to be taken away.
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
                    return Err(AdminError::NotFound(format!(
                        "{} may not introspect tokens for {uri} anyway",
                        account.client_id
                    )));
                }
            }
            account.epoch = raised(account.epoch, self.now());
            Ok(())
        };
        self.change_account(reference, Action::Ungrant, remove).await.map(|(account, ())| account)
    }

    /// Checks that all of it exists, and names the resources as they were registered.
    pub(super) async fn checked_entitlement(
        &self,
        wanted: &Entitlement,
    ) -> Result<(BTreeMap<ResourceUri, Scope>, BTreeSet<ResourceUri>), AdminError> {
        let mut grants = BTreeMap::new();
        if let Some(scope) = &wanted.scope {
            let resource = match &wanted.resource {
                Some(uri) => self.find_resource(uri).await?,
                None => self.resource_with(scope).await?,
            };
            if let Some(unknown) = resource.unknown_scope(scope) {
                return Err(unknown_scope(&resource, unknown));
            }
            grants.insert(resource.uri, scope.clone());
        }
        let mut introspects = BTreeSet::new();
        for uri in &wanted.introspects {
            introspects.insert(self.find_resource(uri).await?.uri);
        }
        if grants.is_empty() && introspects.is_empty() {
            return Err(AdminError::Invalid(
                "nothing is granted: name at least one --scope or one --introspect".to_owned(),
            ));
        }
        Ok((grants, introspects))
    }

    /// The resource that must be meant: the only one, else the only one that knows all of `scope`.
    async fn resource_with(&self, scope: &Scope) -> Result<Resource, AdminError> {
        let mut resources = self.store.list_resources().await?;
        if resources.is_empty() {
            return Err(AdminError::NotFound(
                "there is no resource yet; `jeton resource create` makes one".to_owned(),
            ));
        }
        if resources.len() > 1 {
            resources.retain(|resource| resource.unknown_scope(scope).is_none());
        }
        match <[Resource; 1]>::try_from(resources) {
            Ok([resource]) => Ok(resource),
            Err(several) if several.is_empty() => Err(AdminError::NotFound(format!(
                "no resource has the scope {scope}; `jeton resource list` shows the resources and their scopes"
            ))),
            Err(several) => Err(AdminError::Invalid(format!(
                "several resources have the scope {scope}; say which with --resource: {}",
                several.iter().map(|resource| resource.uri.as_str()).collect::<Vec<_>>().join(", ")
            ))),
        }
    }
}

/// The granted resource that `scope` is to be taken from.
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
        [] => Err(AdminError::NotFound(format!(
            "{} has no grant of {scope}; `jeton account show` shows its grants",
            account.client_id
        ))),
        _ => Err(AdminError::Invalid(format!(
            "{} has {scope} on several resources; say which with --resource",
            account.client_id
        ))),
    }
}

fn without(held: &Scope, taken: &Scope) -> Option<Scope> {
    Scope::from_names(held.iter().filter(|name| !taken.contains(name)).cloned())
}
