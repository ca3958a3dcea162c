//! Decides which scopes a token gets (RFC 6749 §3.3), from the requested scopes, the granted scopes, and the scopes
//! that they imply.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use jeton_protocol::{ResourceUri, Scope, ScopeName};

use crate::grant::resource::ChosenResource;
use crate::model::Resource;
use crate::refusal::{ScopeFault, UngrantedScope};
use crate::settings::ScopePolicy;

use crate::model::CredentialRights;

/// A scope that is granted to the account on the resource. Only `grant_scope` creates one.
#[derive(Debug, Clone)]
pub struct GrantedScope {
    resource: Arc<Resource>,
    scope: Scope,
}

impl GrantedScope {
    /// The resource that the scope belongs to.
    #[must_use]
    pub fn resource(&self) -> &Resource {
        &self.resource
    }

    /// The scope names, including all implied ones.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    pub(super) fn into_scope(self) -> Scope {
        self.scope
    }
}

/// Grants `requested` on the chosen resource, as far as it is allowed. Without `requested`, grants every allowed scope.
///
/// # Errors
/// [`ScopeFault::NotGranted`] when no requested scope is allowed, or under [`ScopePolicy::Exact`] not all of them.
pub(crate) fn grant_scope(
    rights: CredentialRights<'_>,
    chosen: ChosenResource,
    requested: Option<&Scope>,
    policy: ScopePolicy,
) -> Result<GrantedScope, ScopeFault> {
    let ChosenResource { resource, grantable: known } = chosen;
    if let Some(scope) = known.or_else(|| grantable(rights, &resource, requested, policy)) {
        return Ok(GrantedScope { resource, scope });
    }
    Err(not_granted(Some(&resource.uri), rights, [&*resource], requested, policy))
}

/// The fault, with the details for the operator. `resources` are the possible resources.
pub(crate) fn not_granted<'a>(
    resource: Option<&ResourceUri>,
    rights: CredentialRights<'_>,
    resources: impl IntoIterator<Item = &'a Resource>,
    requested: Option<&Scope>,
    policy: ScopePolicy,
) -> ScopeFault {
    let (mut names, mut declared) = (BTreeSet::new(), BTreeSet::new());
    for resource in resources {
        names.extend(rights.max_scope_on(resource).iter().flat_map(|scope| scope.iter()).cloned());
        declared.extend(resource.scopes.keys());
    }
    let is_declared = |name: &&ScopeName| declared.contains(name);
    let requested_names = || requested.into_iter().flat_map(Scope::iter);
    let asked: Vec<ScopeName> = requested_names().filter(is_declared).cloned().collect();
    ScopeFault::NotGranted(Box::new(UngrantedScope {
        resource: resource.cloned(),
        undeclared: requested_names().count() - asked.len(),
        asked,
        granted: names.into_iter().collect(),
        policy,
    }))
}

/// The scope that the account gets on `resource` for `requested`, if any. Never more than its credential allows.
pub(crate) fn grantable(
    rights: CredentialRights<'_>,
    resource: &Resource,
    requested: Option<&Scope>,
    policy: ScopePolicy,
) -> Option<Scope> {
    let allowed = rights.max_scope_on(resource)?;
    match (requested, policy) {
        (None, _) => Some(allowed.into_owned()),
        (Some(requested), ScopePolicy::Narrow) => requested
            .intersection(&allowed)
            .map(|common| resource.add_implied(Cow::Owned(common)).into_owned()),
        (Some(requested), ScopePolicy::Exact) => {
            requested.is_subset(&allowed).then(|| resource.with_implied(requested))
        }
    }
}
