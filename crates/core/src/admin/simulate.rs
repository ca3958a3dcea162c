//! Simulates a token request: which token would be issued, or why it would be refused. Reads the store, writes nothing.
//!
//! Runs the checks of a real request except client authentication. So it never has an `AuthenticatedAccount`, without
//! which no token can be issued.

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_admin::request::SimulatedRequest;
use jeton_protocol::{AccessTokenClaims, PresentedClient, TokenRequest, base62};

use super::secret::add::no_such_secret;
use super::{AdminError, Administrator};
use crate::client::admission::{check_admission, earliest_expiry};
use crate::clock::random_bytes;
use crate::grant::claims::ClaimSource;
use crate::grant::client_credentials::{GrantRules, requested_scope};
use crate::grant::state_machine::Flow;
use crate::model::CredentialRights;
use crate::model::{Account, Credential, Restriction};
use crate::refusal::Refusal;
use crate::settings::Settings;

impl Administrator {
    /// Simulates the answer of a node with `settings` to a request of the account `reference`. Returns the account with
    /// the claims that a token would have now, or the refusal. The `jti` is random and belongs to no token.
    ///
    /// # Errors
    /// [`AdminError::NotFound`] if there is no such account or it has no such secret; [`AdminError::Unavailable`].
    pub async fn simulate(
        &self,
        settings: &Settings,
        reference: &str,
        request: &SimulatedRequest,
    ) -> Result<(Account, Result<Box<AccessTokenClaims>, Refusal>), AdminError> {
        let account = self.find_account(reference).await?;
        let secret = match &request.secret {
            Some(id) => Some(account.credential(id).ok_or_else(|| no_such_secret(&account, id))?),
            None => None,
        };
        let catalog = self.store.find_catalog().await?.value;
        let resources = catalog.resources.into_iter();
        let resources: BTreeMap<_, _> =
            resources.map(|resource| (resource.uri.clone(), Arc::new(resource))).collect();
        let terms = GrantRules { resources: &resources, policy: settings.scope_policy };
        let outcome = self.decide(settings, (&terms, catalog.region_epoch), (&account, secret), request);
        Ok((account, outcome.map(Box::new)))
    }

    fn decide(
        &self,
        settings: &Settings,
        (terms, region_epoch): (&GrantRules<'_>, i64),
        (account, secret): (&Account, Option<&Credential>),
        request: &SimulatedRequest,
    ) -> Result<AccessTokenClaims, Refusal> {
        let now = self.now();
        check_admission(account, secret, request.from, now)?;
        let unrestricted = Restriction::default();
        let restriction = secret.map_or(&unrestricted, |secret| &secret.restriction);
        let request = token_request(request);
        let asked = requested_scope(&request);
        let flow = Flow::begin(&request.client);
        let granted = terms.negotiate(flow, CredentialRights { account, restriction }, &request, asked)?;
        let expires_at = earliest_expiry(account, secret.and_then(|secret| secret.expires_at));
        let source = ClaimSource { settings, region_epoch, account, expires_at, granted: &granted };
        let jti = base62::encode(&random_bytes::<16>(&*self.randomness));
        Ok(source.claims(now, &jti)?.to_owned())
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
