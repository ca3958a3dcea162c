//! Wraps oxide-auth's state machine for the client credentials grant. Only this module uses oxide-auth (decision 0001).
//!
//! The state machine fixes the order: authenticate, bind, extend, negotiate, issue. It gets a clean request with an
//! empty passphrase and without a scope. Verified values stay with the caller, in types that only the checks can create:
//! the state machine would only hand them on.

use std::borrow::Cow;
use std::sync::LazyLock;

use jeton_protocol::PresentedClient;
use oxide_auth::code_grant::client_credentials::{ClientCredentials, Input, Output, Request};
use oxide_auth::primitives::grant::Extensions;
use oxide_auth::primitives::registrar::{BoundClient, ExactUrl, PreGrant, RegisteredUrl};

use crate::model::Account;
use crate::refusal::Internal;

/// One run of the state machine.
pub(crate) struct Flow {
    machine: ClientCredentials,
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
    /// Starts with the client id of the request, which is not checked yet.
    pub(crate) fn begin(presented: &PresentedClient) -> Self {
        let client_id = match presented {
            PresentedClient::Secret(pair) => pair.client_id.as_str(),
            PresentedClient::NoCredentials
            | PresentedClient::Incomplete { .. }
            | PresentedClient::Assertion(_)
            | PresentedClient::Unusable(_) => "",
        };
        let mut machine = ClientCredentials::new(&CleanRequest { client_id });
        let step = Step::of(&machine.advance(Input::None));
        Self { machine, step }
    }

    /// Checks that the state machine is at `step`.
    pub(crate) fn expect(&self, step: Step) -> Result<(), Internal> {
        if self.step == step { Ok(()) } else { Err(Internal::Flow) }
    }

    /// Reports that the client is authenticated, as `account`.
    pub(crate) fn authenticated(&mut self, account: &Account) -> Result<(), Internal> {
        self.advance(Input::Authenticated, Step::Bind)?;
        let bound_client = BoundClient {
            client_id: Cow::Owned(account.client_id.as_str().to_owned()),
            redirect_uri: Cow::Borrowed(no_redirect()),
        };
        self.advance(Input::Bound { bound_client }, Step::Extend)
    }

    /// Reports that the resource is chosen.
    pub(crate) fn extended(&mut self) -> Result<(), Internal> {
        self.advance(Input::Extended { extensions: Extensions::new() }, Step::Negotiate)
    }

    /// Reports that a scope is granted. The state machine must then allow a token to be issued.
    pub(crate) fn negotiated(&mut self, account: &Account) -> Result<(), Internal> {
        // The empty scope, which the library accepts, needs no memory. The granted one was never text.
        let scope = "".parse().map_err(|_| Internal::Flow)?;
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
}

impl Request for CleanRequest<'_> {
    fn valid(&self) -> bool {
        true
    }

    fn authorization(&self) -> Option<(Cow<'_, str>, Cow<'_, [u8]>)> {
        Some((Cow::Borrowed(self.client_id), Cow::Borrowed(b"")))
    }

    /// Always `None`: the state machine would parse the scope and copy it at each step.
    fn scope(&self) -> Option<Cow<'_, str>> {
        None
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
    use oxide_auth::primitives::scope::Scope;

    use super::*;

    #[test]
    fn the_state_machine_refuses_steps_out_of_order() {
        let mut flow = Flow::begin(&PresentedClient::NoCredentials);
        assert_eq!(flow.step, Step::Authenticate);
        assert!(flow.extended().is_err());
    }

    #[test]
    fn our_scopes_have_the_grammar_of_the_librarys_without_the_comma() {
        for character in (0..=0x100).filter_map(char::from_u32) {
            let text = format!("read {character}");
            let is_ours = text.parse::<jeton_protocol::Scope>().is_ok();
            assert_eq!(is_ours, text.parse::<Scope>().is_ok() && character != ',', "{text:?}");
        }
    }

    #[test]
    fn the_placeholder_for_a_redirect_parses() {
        assert_eq!(no_redirect().as_str(), "urn:jeton:none");
    }
}
