//! A token that was found good. Only this crate makes one.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::claims::Claims;
use crate::implications::{GrantedScopes, Implications};
use crate::said::Said;

/// An access token that a [`Validator`](crate::Validator) has accepted, and what it says.
///
/// It is cheap to clone. The text of the token is not in it, so it cannot be passed on.
#[derive(Clone)]
pub struct Token {
    inner: Arc<Inner>,
    /// The scopes that the layers required which have let it pass.
    required: Option<Arc<Vec<String>>>,
}

struct Inner {
    client_id: String,
    subject: String,
    checked: Claims,
    said: Said,
    granted: GrantedScopes,
    checked_by: u64,
}

impl Token {
    pub(crate) fn new(
        (client_id, subject): (String, String),
        checked: Claims,
        said: Said,
        implications: &Implications,
        checked_by: u64,
    ) -> Self {
        let granted = implications.grant(checked.scope.as_deref().unwrap_or_default());
        let inner = Arc::new(Inner { client_id, subject, checked, said, granted, checked_by });
        Self { inner, required: None }
    }

    /// The client that the token was issued to: with Jeton the service account.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.inner.client_id
    }

    /// On whose behalf the client acts; with the client credentials grant the client itself.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.inner.subject
    }

    /// The scopes, separated by spaces, as the issuer wrote them; empty where it wrote none.
    ///
    /// Ask [`Self::allows`] rather than searching in here: it knows what a scope implies.
    #[must_use]
    pub fn scope(&self) -> &str {
        self.inner.checked.scope.as_deref().unwrap_or_default()
    }

    /// Whether the token has this scope, or one that implies it.
    #[must_use]
    pub fn allows(&self, scope: &str) -> bool {
        self.inner.granted.allow(scope)
    }

    /// From when on it is dead, in Unix seconds; an issuer may leave it out of an introspection response.
    #[must_use]
    pub fn expires_at(&self) -> Option<i64> {
        self.inner.checked.exp
    }

    /// The token's own id (`jti`).
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.inner.checked.jti.as_deref()
    }

    /// All that the issuer says: the claims of a JWT, or the members of the introspection response.
    ///
    /// Empty of a JWT with a claim that cannot be held: nested more than a hundred deep, or a number beyond an `f64`.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        self.inner.said.members()
    }

    pub(crate) fn checked(&self) -> &Claims {
        &self.inner.checked
    }

    /// The scopes that layers further out required; `None` where no layer has let it pass yet.
    pub(crate) fn required(&self) -> Option<&Arc<Vec<String>>> {
        self.required.as_ref()
    }

    pub(crate) fn admitted_with(self, required: Arc<Vec<String>>) -> Self {
        Self { required: Some(required), ..self }
    }

    /// Which validator accepted it.
    pub(crate) fn checked_by(&self) -> u64 {
        self.inner.checked_by
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("client_id", &self.client_id())
            .field("scope", &self.scope())
            .field("expires_at", &self.expires_at())
            .finish_non_exhaustive()
    }
}
