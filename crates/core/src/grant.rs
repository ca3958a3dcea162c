//! The client credentials grant (RFC 6749 §4.4), driven by oxide-auth's state machine (decision 0001).

use std::net::IpAddr;

use jeton_protocol::{Scope, TokenRequest};

use crate::authorization_server::AuthorizationServer;
use crate::flow::{Flow, Step};
use crate::mint::IssuedToken;
use crate::refusal::{Refusal, ScopeFault};
use crate::resource_choice::choose_resource;
use crate::scope_policy::grant_scope;

impl AuthorizationServer {
    /// Answers a token request that came from `from`.
    ///
    /// # Errors
    /// A [`Refusal`], judged in the order: grant type, region, client, resource, scope.
    pub async fn grant(&self, request: &TokenRequest, from: IpAddr) -> Result<IssuedToken, Refusal> {
        if request.grant_type != CLIENT_CREDENTIALS {
            return Err(Refusal::UnsupportedGrantType);
        }
        self.directory.ensure_fresh()?;
        // Read now, judged last: nobody unauthenticated learns about scopes.
        let asked = request.scope.as_deref().map(str::parse::<Scope>).transpose();
        let readable = asked.as_ref().ok().and_then(Option::as_ref);
        let policy = self.settings.scope_policy;

        let mut flow = Flow::begin(&request.client, readable);
        flow.expect(Step::Authenticate)?;
        let account = self.authenticate(&request.client, from).await?;
        flow.authenticated()?;

        let catalog = self.directory.catalog();
        let resource = choose_resource(&account, &catalog, request, readable, policy)?;
        flow.extended()?;

        let asked = asked.map_err(ScopeFault::Malformed)?;
        let granted = grant_scope(&account, resource, asked.as_ref(), policy)?;
        flow.negotiated(account.account(), granted.scope())?;

        self.mint(&account, &granted)
    }
}

/// Letter case counts (RFC 6749 §4.4.2).
const CLIENT_CREDENTIALS: &str = "client_credentials";
