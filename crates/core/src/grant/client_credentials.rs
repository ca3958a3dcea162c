//! The client credentials grant (RFC 6749 §4.4), driven by oxide-auth's state machine (decision 0001).

use std::collections::BTreeMap;
use std::sync::Arc;

use jeton_protocol::{ResourceUri, Scope, ScopeError, TokenRequest};

use crate::client::authenticate::Authenticator;
use crate::grant::binding::Binding;
use crate::grant::mint::{IssuedToken, Mint};
use crate::grant::resource::choose_resource;
use crate::grant::scope::{GrantedScope, grant_scope};
use crate::grant::state_machine::{Flow, Step};
use crate::memory::directory::Directory;
use crate::model::CredentialRights;
use crate::model::{CallerAddress, Resource};
use crate::refusal::{Refusal, ScopeFault};
use crate::settings::{ScopePolicy, Settings};

/// Answers token requests.
#[derive(Debug)]
pub(crate) struct TokenIssuer {
    pub(crate) settings: Arc<Settings>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) authenticator: Arc<Authenticator>,
    pub(crate) mint: Mint,
}

impl TokenIssuer {
    /// Answers a token request that came from `from`.
    ///
    /// # Errors
    /// A [`Refusal`]. Checked in this order: grant type, region, client, resource, scope.
    pub(crate) async fn grant(
        &self,
        request: &TokenRequest,
        from: CallerAddress,
    ) -> Result<IssuedToken, Refusal> {
        if request.grant_type != CLIENT_CREDENTIALS {
            return Err(Refusal::UnsupportedGrantType);
        }
        self.directory.ensure_fresh()?;
        // Parsed now, checked last: a caller that is not authenticated must not learn about scopes.
        let requested = requested_scope(request);
        let flow = Flow::begin(&request.client);
        flow.expect(Step::Authenticate)?;
        let account = self.authenticator.authenticate(&request.client, from).await?;
        let catalog = self.directory.catalog();
        let rules = GrantRules { resources: &catalog.resources, policy: self.settings.scope_policy };
        let granted = rules.negotiate(flow, account.rights(), request, requested)?;
        self.mint.mint(&catalog, &account, granted, &Binding::bearer())
    }
}

/// The data that decides which resource and scope an account gets.
pub(crate) struct GrantRules<'a> {
    pub(crate) resources: &'a BTreeMap<ResourceUri, Arc<Resource>>,
    pub(crate) policy: ScopePolicy,
}

impl GrantRules<'_> {
    /// Decides the resource, then the scope. This follows authentication, for a request and for its simulation.
    ///
    /// # Errors
    /// [`Refusal::Target`], [`Refusal::Scope`].
    pub(crate) fn negotiate(
        &self,
        mut flow: Flow,
        rights: CredentialRights<'_>,
        request: &TokenRequest,
        requested: RequestedScope,
    ) -> Result<GrantedScope, Refusal> {
        flow.authenticated(rights.account)?;
        let chosen = choose_resource(rights, self.resources, request, parsed_scope(&requested), self.policy)?;
        flow.extended()?;
        let requested = requested.map_err(ScopeFault::Malformed)?;
        let granted = grant_scope(rights, chosen, requested.as_ref(), self.policy)?;
        flow.negotiated(rights.account)?;
        Ok(granted)
    }
}

/// The requested scope, or why it could not be parsed.
pub(crate) type RequestedScope = Result<Option<Scope>, ScopeError>;

/// Parses the requested scope. A value of spaces only counts as an absent scope.
pub(crate) fn requested_scope(request: &TokenRequest) -> RequestedScope {
    match request.scope.as_deref().map(str::parse).transpose() {
        Err(ScopeError::Empty) => Ok(None),
        parsed => parsed,
    }
}

fn parsed_scope(requested: &RequestedScope) -> Option<&Scope> {
    requested.as_ref().ok().and_then(Option::as_ref)
}

/// Compared case-sensitively (RFC 6749 §4.4.2).
const CLIENT_CREDENTIALS: &str = "client_credentials";
