//! Decides which scopes a token gets (RFC 6749 §3.3): what is asked, what is granted, and what both imply.

use std::collections::BTreeSet;
use std::sync::Arc;

use jeton_protocol::{ResourceUri, Scope, ScopeName};

use crate::model::{Account, Resource};
use crate::refusal::{ScopeFault, UngrantedScope};
use crate::settings::ScopePolicy;

/// A scope that the account may have on the resource. Only `grant_scope` makes one.
#[derive(Debug, Clone)]
pub struct GrantedScope {
    resource: Arc<Resource>,
    scope: Scope,
}

impl GrantedScope {
    /// Whose scope it is.
    #[must_use]
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// The names, with all that they imply written out.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }
}

/// What the account gets of `asked` on `resource`; of everything granted when nothing is asked.
///
/// # Errors
/// [`ScopeFault::NotGranted`] when that is nothing, or under [`ScopePolicy::Exact`] not all.
pub(crate) fn grant_scope(
    account: &Account,
    resource: Arc<Resource>,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> Result<GrantedScope, ScopeFault> {
    let granted = account.grants.get(&resource.uri);
    if let Some(scope) = granted.and_then(|granted| grantable(&resource, granted, asked, policy)) {
        return Ok(GrantedScope { resource, scope });
    }
    let granted = granted.map(|granted| (&*resource, granted));
    Err(not_granted(Some(&resource.uri), granted, asked, policy))
}

/// The fault with what the operator needs to see it: `granted` are the resources in question.
pub(crate) fn not_granted<'a>(
    resource: Option<&ResourceUri>,
    granted: impl IntoIterator<Item = (&'a Resource, &'a Scope)>,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> ScopeFault {
    let (mut names, mut declared) = (BTreeSet::new(), BTreeSet::new());
    for (resource, scope) in granted {
        names.extend(resource.with_implied(scope).iter().cloned());
        declared.extend(resource.scopes.keys());
    }
    let is_declared = |name: &&ScopeName| declared.contains(name);
    let asked_names = || asked.into_iter().flat_map(Scope::iter);
    let asked: Vec<ScopeName> = asked_names().filter(is_declared).cloned().collect();
    ScopeFault::NotGranted(Box::new(UngrantedScope {
        resource: resource.cloned(),
        undeclared: asked_names().count() - asked.len(),
        asked,
        granted: names.into_iter().collect(),
        policy,
    }))
}

/// The scope that a grant of `granted` on `resource` yields for `asked`, or nothing.
pub(crate) fn grantable(
    resource: &Resource,
    granted: &Scope,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> Option<Scope> {
    let everything = resource.with_implied(granted);
    match (asked, policy) {
        (None, _) => Some(everything),
        (Some(asked), ScopePolicy::Narrow) => {
            asked.intersection(&everything).map(|common| resource.with_implied(&common))
        }
        (Some(asked), ScopePolicy::Exact) => {
            asked.is_subset(&everything).then(|| resource.with_implied(asked))
        }
    }
}
