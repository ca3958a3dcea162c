//! Decides which scopes a token gets (RFC 6749 §3.3): what is asked, what is granted, and what both imply.

use std::collections::BTreeSet;
use std::sync::Arc;

use jeton_protocol::{ResourceUri, Scope, ScopeName};

use crate::model::{Account, Resource, Restriction};
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

/// An account as one of its credentials reaches it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reach<'a> {
    pub(crate) account: &'a Account,
    pub(crate) restriction: &'a Restriction,
}

impl Reach<'_> {
    /// The most that a token for `resource` may hold: what the account is granted there, as far as the credential
    /// allows it, with all that is implied; nothing if nothing is.
    fn most_on(self, resource: &Resource) -> Option<Scope> {
        self.restriction.narrow(resource, self.account.grants.get(&resource.uri)?)
    }
}

/// What the account gets of `asked` on `resource`; of everything granted when nothing is asked.
///
/// # Errors
/// [`ScopeFault::NotGranted`] when that is nothing, or under [`ScopePolicy::Exact`] not all.
pub(crate) fn grant_scope(
    reach: Reach<'_>,
    resource: Arc<Resource>,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> Result<GrantedScope, ScopeFault> {
    if let Some(scope) = grantable(reach, &resource, asked, policy) {
        return Ok(GrantedScope { resource, scope });
    }
    Err(not_granted(Some(&resource.uri), reach, [&*resource], asked, policy))
}

/// The fault with what the operator needs to see it: `resources` are those in question.
pub(crate) fn not_granted<'a>(
    resource: Option<&ResourceUri>,
    reach: Reach<'_>,
    resources: impl IntoIterator<Item = &'a Resource>,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> ScopeFault {
    let (mut names, mut declared) = (BTreeSet::new(), BTreeSet::new());
    for resource in resources {
        names.extend(reach.most_on(resource).iter().flat_map(Scope::iter).cloned());
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

/// The scope that the account gets on `resource` for `asked`, or nothing. Never more than its credential allows.
pub(crate) fn grantable(
    reach: Reach<'_>,
    resource: &Resource,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> Option<Scope> {
    let everything = reach.most_on(resource)?;
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
