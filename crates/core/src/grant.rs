//! The client credentials grant (RFC 6749 §4.4), driven by oxide-auth's state machine (decision 0001).

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_protocol::{ResourceUri, Scope, ScopeError, TokenRequest};

use crate::authorization_server::AuthorizationServer;
use crate::flow::{Flow, Step};
use crate::mint::IssuedToken;
use crate::model::{CallerAddress, Resource};
use crate::refusal::{Refusal, ScopeFault};
use crate::resource_choice::choose_resource;
use crate::scope_policy::{GrantedScope, Reach, grant_scope};
use crate::settings::ScopePolicy;

impl AuthorizationServer {
    /// Answers a token request that came from `from`.
    ///
    /// # Errors
    /// A [`Refusal`], judged in the order: grant type, region, client, resource, scope.
    pub async fn grant(&self, request: &TokenRequest, from: CallerAddress) -> Result<IssuedToken, Refusal> {
        if request.grant_type != CLIENT_CREDENTIALS {
            return Err(Refusal::UnsupportedGrantType);
        }
        self.directory.ensure_fresh()?;
        // Read now, judged last: nobody unauthenticated learns about scopes.
        let asked = asked_scope(request);
        let flow = Flow::begin(&request.client, readable(&asked));
        flow.expect(Step::Authenticate)?;
        let account = self.authenticate(&request.client, from).await?;
        let catalog = self.directory.catalog();
        let terms = Terms { resources: &catalog.resources, policy: self.settings.scope_policy };
        let granted = terms.negotiate(flow, account.reach(), request, asked)?;
        self.mint(&account, &granted)
    }
}

/// By what is decided which resource and scope an account gets.
pub(crate) struct Terms<'a> {
    pub(crate) resources: &'a BTreeMap<ResourceUri, Arc<Resource>>,
    pub(crate) policy: ScopePolicy,
}

impl Terms<'_> {
    /// What follows authentication, for a request and for a simulation of one: the resource, then the scope.
    ///
    /// # Errors
    /// [`Refusal::Target`], [`Refusal::Scope`].
    pub(crate) fn negotiate(
        &self,
        mut flow: Flow,
        reach: Reach<'_>,
        request: &TokenRequest,
        asked: AskedScope,
    ) -> Result<GrantedScope, Refusal> {
        flow.authenticated()?;
        let resource = choose_resource(reach, self.resources, request, readable(&asked), self.policy)?;
        flow.extended()?;
        let asked = asked.map_err(ScopeFault::Malformed)?;
        let granted = grant_scope(reach, resource, asked.as_ref(), self.policy)?;
        flow.negotiated(reach.account, granted.scope())?;
        Ok(granted)
    }
}

/// The scope of a request, as far as it could be read.
pub(crate) type AskedScope = Result<Option<Scope>, ScopeError>;

/// Reads it before anything is judged by it. Spaces alone ask for nothing, as an absent scope does.
pub(crate) fn asked_scope(request: &TokenRequest) -> AskedScope {
    match request.scope.as_deref().map(str::parse).transpose() {
        Err(ScopeError::Empty) => Ok(None),
        asked => asked,
    }
}

pub(crate) fn readable(asked: &AskedScope) -> Option<&Scope> {
    asked.as_ref().ok().and_then(Option::as_ref)
}

/// Letter case counts (RFC 6749 §4.4.2).
const CLIENT_CREDENTIALS: &str = "client_credentials";
