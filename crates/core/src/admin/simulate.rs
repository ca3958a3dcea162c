//! Simulating a token request: what would be issued, or what refuses. Reads the store and writes nothing.
//!
//! It walks the same checks as a request does, but for the proof of who is calling; what they make of it is no
//! `AuthenticatedAccount`, without which nothing can be minted.

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_protocol::{AccessTokenClaims, PresentedClient, TokenRequest, base62};

use super::secrets::no_such_secret;
use super::{AdminError, Administrator};
use crate::authenticate::{check_account, check_credential, check_networks_of, first_end};
use crate::claims::ClaimSource;
use crate::clock::random_bytes;
use crate::flow::Flow;
use crate::grant::{Terms, asked_scope, readable};
use crate::model::{Account, CallerAddress, Credential, CredentialId, Restriction};
use crate::refusal::Refusal;
use crate::scope_policy::Reach;
use crate::settings::Settings;

/// A request that nobody makes.
#[derive(Debug, Clone, Default)]
pub struct SimulatedRequest {
    /// The secret that would be presented; without one no secret is looked at.
    pub secret: Option<CredentialId>,
    /// The parameter `scope`, as a client would send it.
    pub scope: Option<String>,
    /// The parameter `resource`.
    pub resource: Option<String>,
    /// Where the call would come from; without it the account's networks are not looked at.
    pub from: Option<CallerAddress>,
}

/// What came of it.
#[derive(Debug)]
pub struct Simulation {
    /// Whose request it was.
    pub account: Account,
    /// The claims that a token would have now, or the refusal. The `jti` is one that no token has.
    pub outcome: Result<Box<AccessTokenClaims>, Refusal>,
}

impl Administrator {
    /// What a node with `settings` would answer the account `reference`.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] when there is no such account, or it has no such secret; [`AdminError::Store`].
    pub async fn simulate(
        &self,
        settings: &Settings,
        reference: &str,
        request: &SimulatedRequest,
    ) -> Result<Simulation, AdminError> {
        let account = self.find_account(reference).await?;
        let secret = match &request.secret {
            Some(id) => Some(account.credential(id).ok_or_else(|| no_such_secret(&account, id))?),
            None => None,
        };
        let catalog = self.store.find_catalog().await?.value;
        let resources = catalog.resources.into_iter();
        let resources: BTreeMap<_, _> =
            resources.map(|resource| (resource.uri.clone(), Arc::new(resource))).collect();
        let terms = Terms { resources: &resources, policy: settings.scope_policy };
        let outcome = self.decide(settings, (&terms, catalog.region_epoch), (&account, secret), request);
        Ok(Simulation { outcome: outcome.map(Box::new), account })
    }

    fn decide(
        &self,
        settings: &Settings,
        (terms, region_epoch): (&Terms<'_>, i64),
        (account, secret): (&Account, Option<&Credential>),
        request: &SimulatedRequest,
    ) -> Result<AccessTokenClaims, Refusal> {
        let now = self.now();
        if let Some(secret) = secret {
            check_credential(secret, now)?;
        }
        check_account(account, request.from, now)?;
        if let (Some(secret), Some(from)) = (secret, request.from) {
            check_networks_of(secret, from)?;
        }
        let unrestricted = Restriction::default();
        let restriction = secret.map_or(&unrestricted, |secret| &secret.restriction);
        let request = token_request(request);
        let asked = asked_scope(&request);
        let flow = Flow::begin(&request.client, readable(&asked));
        let granted = terms.negotiate(flow, Reach { account, restriction }, &request, asked)?;
        let ends_at = first_end(account, secret.and_then(|secret| secret.expires_at));
        let source = ClaimSource { settings, region_epoch, account, ends_at, granted: &granted };
        Ok(source.claims(now, base62::encode(&random_bytes::<16>(&*self.randomness)))?)
    }
}

fn token_request(simulated: &SimulatedRequest) -> TokenRequest {
    TokenRequest {
        grant_type: "client_credentials".to_owned(),
        scope: simulated.scope.clone(),
        resources: simulated.resource.iter().cloned().collect(),
        audience: None,
        client: PresentedClient::NoCredentials,
    }
}
