//! Restricted secrets: checks the scopes of a restriction and computes which scopes its tokens can have.

use std::collections::BTreeMap;

use jeton_admin::error::StateConflict;
use jeton_protocol::{ResourceUri, Scope};

use crate::admin::AdminError;
use crate::model::{Account, Resource, Restriction};

/// The scopes that tokens can have if they are requested with a secret of this restriction, by resource.
pub(in crate::admin) fn effective_grants(
    account: &Account,
    restriction: &Restriction,
    resources: &[Resource],
) -> BTreeMap<ResourceUri, Scope> {
    if restriction.scope.is_none() {
        return account.grants.clone();
    }
    let left = |resource: &Resource| resource.narrow(restriction, account.grants.get(&resource.uri)?);
    resources
        .iter()
        .filter_map(|resource| Some((resource.uri.clone(), left(resource)?.into_owned())))
        .collect()
}

/// Fills the unset parts of `own` from `before`.
pub(in crate::admin) fn inherit(own: &mut Restriction, before: &Restriction) {
    if own.scope.is_none() {
        own.scope.clone_from(&before.scope);
    }
    if own.allow_cidr.is_empty() {
        own.allow_cidr.clone_from(&before.allow_cidr);
    }
}

/// Refuses a restriction to a scope that the account is not granted. No token could have it, so it is a mistake.
pub(in crate::admin) fn refuse_ungranted(
    account: &Account,
    restriction: &Restriction,
    resources: &[Resource],
) -> Result<(), AdminError> {
    let Some(wanted) = &restriction.scope else { return Ok(()) };
    let granted = |resource: &Resource| Some(resource.with_implied(account.grants.get(&resource.uri)?));
    let granted: Vec<Scope> = resources.iter().filter_map(granted).collect();
    match wanted.iter().find(|name| !granted.iter().any(|scope| scope.contains(name))) {
        None => Ok(()),
        Some(name) => {
            let (account, scope) = (account.client_id.clone(), name.clone());
            Err(StateConflict::ScopeNotGranted { account, scope }.into())
        }
    }
}
