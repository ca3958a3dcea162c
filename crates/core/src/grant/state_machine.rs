//! Wraps oxide-auth's state machine for the client credentials grant. Only this module uses oxide-auth (decision 0001).
//!
//! The state machine fixes the order: authenticate, bind, extend, negotiate, issue. It gets a clean request with an
//! empty passphrase and carries only strings. Verified values stay with the caller, in types that only the checks can
//! create.

use std::borrow::Cow;
use std::sync::LazyLock;

use jeton_protocol::{PresentedClient, Scope};
use oxide_auth::code_grant::client_credentials::{ClientCredentials, Input, Output, Request};
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::registrar::{BoundClient, ExactUrl, PreGrant, RegisteredUrl};
use oxide_auth::primitives::scope::Scope as MachineScope;

use crate::model::Account;
use crate::refusal::Internal;

/// One run of the state machine.
pub(crate) struct Flow {
    machine: ClientCredentials,
    client_id: String,
    step: Step,
}

/// What the state machine requires next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Check the client's credentials.
    Authenticate,
    /// Name the client.
    Bind,
    /// Apply extensions. Here: choose the resource (RFC 8707).
    Extend,
    /// Decide the scope.
    Negotiate,
    /// Issue the token.
    Issue,
    /// The request violated a rule that should have been checked before.
    Failed,
}

impl Flow {
    /// Starts with the values of the request, none of which is checked yet.
    pub(crate) fn begin(presented: &PresentedClient, asked: Option<&Scope>) -> Self {
        let client_id = match presented {
            PresentedClient::Secret(pair) => pair.client_id.clone(),
            PresentedClient::NoCredentials
            | PresentedClient::Incomplete { .. }
            | PresentedClient::Assertion(_)
            | PresentedClient::Unusable(_) => String::new(),
        };
        let request = CleanRequest { client_id: &client_id, scope: asked.map(Scope::to_string) };
        let mut machine = ClientCredentials::new(&request);
        let step = Step::of(&machine.advance(Input::None));
        Self { machine, client_id, step }
    }

    /// Checks that the state machine is at `step`.
    pub(crate) fn expect(&self, step: Step) -> Result<(), Internal> {
        if self.step == step { Ok(()) } else { Err(Internal::Flow) }
    }

    /// Reports that the client is authenticated.
    pub(crate) fn authenticated(&mut self) -> Result<(), Internal> {
        self.advance(Input::Authenticated, Step::Bind)?;
        let bound_client = BoundClient {
            client_id: Cow::Owned(self.client_id.clone()),
            redirect_uri: Cow::Borrowed(no_redirect()),
        };
        self.advance(Input::Bound { bound_client }, Step::Extend)
    }

    /// Reports that the resource is chosen.
    pub(crate) fn extended(&mut self) -> Result<(), Internal> {
        self.advance(Input::Extended { extensions: Extensions::new() }, Step::Negotiate)
    }

    /// Reports the granted scope. The state machine must then allow a token to be issued.
    pub(crate) fn negotiated(&mut self, account: &Account, granted: &Scope) -> Result<(), Internal> {
        let scope: MachineScope = granted.to_string().parse().map_err(|_| Internal::Flow)?;
        let pre_grant = PreGrant {
            client_id: account.client_id.as_str().to_owned(),
            redirect_uri: no_redirect().clone(),
            scope,
        };
        self.advance(Input::Negotiated { pre_grant }, Step::Issue)
    }

    fn advance(&mut self, input: Input, next: Step) -> Result<(), Internal> {
        self.step = Step::of(&self.machine.advance(input));
        self.expect(next)
    }
}

impl Step {
    fn of(output: &Output<'_>) -> Self {
        match output {
            Output::Authenticate { .. } => Self::Authenticate,
            Output::Binding { .. } => Self::Bind,
            Output::Extend => Self::Extend,
            Output::Negotiate { .. } => Self::Negotiate,
            Output::Ok { .. } => Self::Issue,
            Output::Err(_) => Self::Failed,
        }
    }
}

/// A request that is already parsed, in the form that the state machine reads.
struct CleanRequest<'a> {
    client_id: &'a str,
    scope: Option<String>,
}

impl Request for CleanRequest<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn authorization(&self) -> Option<(Cow<'_, str>, Cow<'_, [u8]>)> {
        Some((Cow::Borrowed(self.client_id), Cow::Borrowed(b"")))
    }

    fn scope(&self) -> Option<Cow<'_, str>> {
        self.scope.as_deref().map(Cow::Borrowed)
    }

    fn grant_type(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed("client_credentials"))
    }

    /// Always `None`: the state machine would treat a credential in the body as a second one besides the header's.
    fn extension(&self, _key: &str) -> Option<Cow<'_, str>> {
        None
    }
}

/// The grant has no redirect (RFC 6749 §4.4), but the types of the state machine require one.
fn no_redirect() -> &'static RegisteredUrl {
    static NO_REDIRECT: LazyLock<RegisteredUrl> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "a constant that a test parses")]
        RegisteredUrl::Exact(ExactUrl::new("urn:jeton:none".to_owned()).expect("a constant URN parses"))
    });
    &NO_REDIRECT
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_machine_refuses_steps_out_of_order() {
        let mut flow = Flow::begin(&PresentedClient::NoCredentials, None);
        assert_eq!(flow.step, Step::Authenticate);
        assert!(flow.extended().is_err());
    }

    #[test]
    fn the_placeholder_for_a_redirect_parses() {
        assert_eq!(no_redirect().as_str(), "urn:jeton:none");
    }
}
