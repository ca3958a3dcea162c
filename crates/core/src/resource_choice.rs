//! Decides which resource a token is for (RFC 8707 §2): the one named, or the one that must be meant.

use std::sync::Arc;

use jeton_protocol::{ResourceUri, Scope, TokenRequest};

use crate::authenticate::AuthenticatedAccount;
use crate::directory::LiveCatalog;
use crate::model::Resource;
use crate::refusal::{Refusal, ScopeFault, TargetFault};
use crate::scope_policy::grantable;
use crate::settings::ScopePolicy;

/// The resource that `request` is for. `asked` is its scope, where that could be read.
///
/// # Errors
/// [`Refusal::Target`] when the one named cannot be had, or several could be meant; [`Refusal::Scope`] when none that
/// the account may use has an asked scope.
pub(crate) fn choose_resource(
    authenticated: &AuthenticatedAccount,
    catalog: &LiveCatalog,
    request: &TokenRequest,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> Result<Arc<Resource>, Refusal> {
    let account = authenticated.account();
    let granted = |uri: &ResourceUri| account.grants.get(uri).and_then(|_| catalog.resources.get(uri));
    if let Some(named) = named_resource(request)? {
        return match granted(&named) {
            Some(resource) => Ok(Arc::clone(resource)),
            None => Err(TargetFault::NotGranted.into()),
        };
    }
    let candidates: Vec<&Arc<Resource>> = account
        .grants
        .keys()
        .filter_map(granted)
        .filter(|resource| grantable(authenticated, resource, asked, policy).is_some())
        .collect();
    let default = account.default_resource.as_ref();
    match candidates.as_slice() {
        [] if account.grants.is_empty() => Err(TargetFault::NotGranted.into()),
        [] => Err(ScopeFault::NotGranted.into()),
        [only] => Ok(Arc::clone(only)),
        several => match several.iter().find(|resource| Some(&resource.uri) == default) {
            Some(default) => Ok(Arc::clone(default)),
            None => Err(TargetFault::Ambiguous.into()),
        },
    }
}

/// `audience` is an alias that many products use; naming the same resource by both is naming one.
fn named_resource(request: &TokenRequest) -> Result<Option<ResourceUri>, TargetFault> {
    let resource = match request.resources.as_slice() {
        [] => None,
        [one] => Some(one.parse::<ResourceUri>()?),
        _ => return Err(TargetFault::Several),
    };
    let audience = request.audience.as_deref().map(str::parse::<ResourceUri>).transpose()?;
    match (resource, audience) {
        (Some(resource), Some(audience)) if resource != audience => {
            Err(TargetFault::ResourceAndAudienceDiffer)
        }
        (resource, audience) => Ok(resource.or(audience)),
    }
}
