//! Decides which resource a token is for (RFC 8707 §2): the one that the request names, or the only possible one.

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_protocol::{ResourceUri, Scope, TokenRequest};

use crate::grant::scope::{grantable, not_granted};
use crate::model::CredentialRights;
use crate::model::{Account, Resource};
use crate::refusal::harmless_uri::redact_uri;
use crate::refusal::{Refusal, TargetFault, UngrantedResource};
use crate::settings::ScopePolicy;

/// The resource of a token.
pub(crate) struct ChosenResource {
    pub(crate) resource: Arc<Resource>,
    /// The scope that the token can get on it, if it was needed to choose the resource.
    pub(crate) grantable: Option<Scope>,
}

/// The resource that `request` is for. `requested` is its scope, if that could be parsed.
///
/// # Errors
/// [`Refusal::Target`] when the named resource is not granted, or several resources are possible; [`Refusal::Scope`]
/// when no resource of the account has a requested scope.
pub(crate) fn choose_resource(
    rights: CredentialRights<'_>,
    resources: &BTreeMap<ResourceUri, Arc<Resource>>,
    request: &TokenRequest,
    requested: Option<&Scope>,
    policy: ScopePolicy,
) -> Result<ChosenResource, Refusal> {
    let account = rights.account;
    let granted = |uri: &ResourceUri| account.grants.get(uri).and_then(|_| resources.get(uri));
    if let Some(named) = named_resource(request)? {
        return match granted(&named) {
            Some(resource) => Ok(ChosenResource { resource: Arc::clone(resource), grantable: None }),
            None => Err(refuse_resource(account, Some(&named), resources.contains_key(&named))),
        };
    }
    let candidate = |resource: &Arc<Resource>| {
        let scope = grantable(rights, resource, requested, policy)?;
        Some(ChosenResource { resource: Arc::clone(resource), grantable: Some(scope) })
    };
    let mut candidates: Vec<ChosenResource> =
        account.grants.keys().filter_map(granted).filter_map(candidate).collect();
    match candidates.len() {
        0 if account.grants.is_empty() => Err(refuse_resource(account, None, false)),
        0 => {
            let all = account.grants.keys().filter_map(granted).map(Arc::as_ref);
            Err(not_granted(None, rights, all, requested, policy).into())
        }
        1 => Ok(candidates.swap_remove(0)),
        _ => {
            let default = account.default_resource.as_ref();
            let default = candidates.iter().position(|chosen| Some(&chosen.resource.uri) == default);
            default.map(|default| candidates.swap_remove(default)).ok_or_else(|| {
                let candidates = candidates.iter().map(|chosen| chosen.resource.uri.clone()).collect();
                TargetFault::Ambiguous { candidates }.into()
            })
        }
    }
}

/// `audience` is an alias that many products use. The same resource may be named by both parameters, or several times.
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
        |uri: &ResourceUri| if exists { uri.to_string() } else { redact_uri(uri, account.grants.keys()) };
    TargetFault::NotGranted(Box::new(UngrantedResource {
        asked: asked.map(shown),
        asked_length: asked.map_or(0, |uri| uri.as_str().len()),
        exists,
        granted: account.grants.keys().cloned().collect(),
    }))
    .into()
}
