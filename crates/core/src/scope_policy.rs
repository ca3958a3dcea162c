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
    let scope = grantable(authenticated, &resource, asked, policy).ok_or(ScopeFault::NotGranted)?;
    Ok(GrantedScope { resource, scope })
}

/// The scope that the account gets on `resource` for `asked`, or nothing. Never more than its credential allows.
pub(crate) fn grantable(
    authenticated: &AuthenticatedAccount,
    resource: &Resource,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> Option<Scope> {
    let everything = authenticated.most_on(resource)?;
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
