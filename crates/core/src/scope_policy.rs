//! Decides which scopes a token gets (RFC 6749 §3.3): what is asked, what is granted, and what both imply.

use std::sync::Arc;

use jeton_protocol::Scope;

use crate::authenticate::AuthenticatedAccount;
use crate::model::Resource;
use crate::refusal::ScopeFault;
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
    authenticated: &AuthenticatedAccount,
    resource: Arc<Resource>,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> Result<GrantedScope, ScopeFault> {
    let granted = authenticated.account().grants.get(&resource.uri).ok_or(ScopeFault::NotGranted)?;
    let scope = grantable(&resource, granted, asked, policy).ok_or(ScopeFault::NotGranted)?;
    Ok(GrantedScope { resource, scope })
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
