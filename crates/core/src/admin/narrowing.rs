//! Secrets that may do less than their account: which scopes such a secret may name, and what it can get.

use std::collections::BTreeMap;

use jeton_protocol::{ResourceUri, Scope};

use super::AdminError;
use crate::model::{Account, Resource, Restriction};

/// What tokens got with a secret of this restriction can hold, by resource.
pub(super) fn reachable(
    account: &Account,
    restriction: &Restriction,
    resources: &[Resource],
) -> BTreeMap<ResourceUri, Scope> {
    if restriction.scope.is_none() {
        return account.grants.clone();
    }
    let left = |resource: &Resource| restriction.narrow(resource, account.grants.get(&resource.uri)?);
    resources.iter().filter_map(|resource| Some((resource.uri.clone(), left(resource)?))).collect()
}

/// What `own` does not say follows `before`.
pub(super) fn inherit(own: &mut Restriction, before: &Restriction) {
    if own.scope.is_none() {
        own.scope.clone_from(&before.scope);
    }
    if own.allow_cidr.is_empty() {
        own.allow_cidr.clone_from(&before.allow_cidr);
    }
}

/// Refuses a scope that no token of the account can hold: it would be a slip, or a hope for a later grant.
pub(super) fn refuse_ungranted(
    account: &Account,
    restriction: &Restriction,
    resources: &[Resource],
) -> Result<(), AdminError> {
    let Some(wanted) = &restriction.scope else { return Ok(()) };
    let granted = |resource: &Resource| Some(resource.with_implied(account.grants.get(&resource.uri)?));
    let granted: Vec<Scope> = resources.iter().filter_map(granted).collect();
    match wanted.iter().find(|name| !granted.iter().any(|scope| scope.contains(name))) {
        None => Ok(()),
        Some(name) => Err(AdminError::Conflict(format!(
            "{} is not granted {name}, so no secret of it can be; `jeton account show` shows its grants, \
             `jeton account grant` gives more",
            account.client_id
        ))),
    }
}
