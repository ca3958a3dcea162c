//! Decides which resource a token is for (RFC 8707 §2): the one named, or the one that must be meant.

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_protocol::{ResourceUri, Scope, TokenRequest};

use crate::harmless_uri::harmless;
use crate::model::{Account, Resource};
use crate::refusal::{Refusal, TargetFault, UngrantedResource};
use crate::scope_policy::{Reach, grantable, not_granted};
use crate::settings::ScopePolicy;

/// The resource that `request` is for. `asked` is its scope, where that could be read.
///
/// # Errors
/// [`Refusal::Target`] when the one named cannot be had, or several could be meant; [`Refusal::Scope`] when none that
/// the account may use has an asked scope.
pub(crate) fn choose_resource(
    reach: Reach<'_>,
    resources: &BTreeMap<ResourceUri, Arc<Resource>>,
    request: &TokenRequest,
    asked: Option<&Scope>,
    policy: ScopePolicy,
) -> Result<Arc<Resource>, Refusal> {
    let account = reach.account;
    let granted = |uri: &ResourceUri| account.grants.get(uri).and_then(|_| resources.get(uri));
    if let Some(named) = named_resource(request)? {
        return match granted(&named) {
            Some(resource) => Ok(Arc::clone(resource)),
            None => Err(refuse_resource(account, Some(&named), resources.contains_key(&named))),
        };
    }
    let candidates: Vec<&Arc<Resource>> = account
        .grants
        .keys()
        .filter_map(granted)
        .filter(|resource| grantable(reach, resource, asked, policy).is_some())
        .collect();
    let default = account.default_resource.as_ref();
    match candidates.as_slice() {
        [] if account.grants.is_empty() => Err(refuse_resource(account, None, false)),
        [] => {
            let all = account.grants.keys().filter_map(granted).map(Arc::as_ref);
            Err(not_granted(None, reach, all, asked, policy).into())
        }
        [only] => Ok(Arc::clone(only)),
        several => {
            let default = several.iter().find(|resource| Some(&resource.uri) == default);
            default.map(|default| Arc::clone(default)).ok_or_else(|| {
                let candidates = several.iter().map(|resource| resource.uri.clone()).collect();
                TargetFault::Ambiguous { candidates }.into()
            })
        }
    }
}

/// `audience` is an alias that many products use. Naming the same resource by both, or several times, is naming one.
fn named_resource(request: &TokenRequest) -> Result<Option<ResourceUri>, TargetFault> {
    let mut resource = None;
    for named in &request.resources {
        let named = named.parse::<ResourceUri>()?;
        if resource.as_ref().is_some_and(|other| *other != named) {
            return Err(TargetFault::Several);
        }
        resource = Some(named);
    }
    let audience = request.audience.as_deref().map(str::parse::<ResourceUri>).transpose()?;
    match (resource, audience) {
        (Some(resource), Some(audience)) if resource != audience => {
            Err(TargetFault::ResourceAndAudienceDiffer)
        }
        (resource, audience) => Ok(resource.or(audience)),
    }
}

fn refuse_resource(account: &Account, asked: Option<&ResourceUri>, exists: bool) -> Refusal {
    let shown =
        |uri: &ResourceUri| if exists { uri.to_string() } else { harmless(uri, account.grants.keys()) };
    TargetFault::NotGranted(Box::new(UngrantedResource {
        asked: asked.map(shown),
        asked_length: asked.map_or(0, |uri| uri.as_str().len()),
        exists,
        granted: account.grants.keys().cloned().collect(),
    }))
    .into()
}
