//! The parameters of a request, independent of the encoding: which are known, their limits, and every reason why they
//! cannot be read.
//!
//! This module enforces that each name occurs at most once and treats an empty value as absent. It must not know the
//! encoding of the body, nor what the parameters mean together.

mod collector;
mod known;
pub(crate) mod limits;
pub(crate) mod malformed;

use std::fmt;

use zeroize::Zeroizing;

pub(crate) use collector::{ParameterCollector, check};
pub(crate) use known::KnownParameter;

/// The known parameters of all OAuth endpoints; an empty one is absent.
#[derive(Default)]
pub struct Parameters {
    pub(crate) grant_type: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) resources: Vec<String>,
    pub(crate) audience: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) client_secret: Option<Zeroizing<String>>,
    pub(crate) client_assertion: Option<Zeroizing<String>>,
    pub(crate) client_assertion_type: Option<String>,
    pub(crate) token: Option<Zeroizing<String>>,
    pub(crate) token_type_hint: Option<String>,
}

impl Parameters {
    /// Whether the request has no known parameter.
    pub(crate) fn is_empty(&self) -> bool {
        self.given().into_iter().all(|(_, given)| !given)
    }

    fn given(&self) -> [(&'static str, bool); 10] {
        [
            ("grant_type", self.grant_type.is_some()),
            ("scope", self.scope.is_some()),
            ("resource", !self.resources.is_empty()),
            ("audience", self.audience.is_some()),
            ("client_id", self.client_id.is_some()),
            ("client_secret", self.client_secret.is_some()),
            ("client_assertion", self.client_assertion.is_some()),
            ("client_assertion_type", self.client_assertion_type.is_some()),
            ("token", self.token.is_some()),
            ("token_type_hint", self.token_type_hint.is_some()),
        ]
    }
}

/// Shows names only: a secret may be in the wrong place.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parameters")?;
        let given = self.given().into_iter().filter(|(_, given)| *given);
        f.debug_set().entries(given.map(|(name, _)| name)).finish()
    }
}
