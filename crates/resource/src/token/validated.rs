//! A validated token. Only this crate can create one.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::token::claims::Claims;
use crate::token::implications::{GrantedScopes, Implications};
use crate::token::raw_claims::RawClaims;

/// An access token that a [`Validator`](crate::Validator) has accepted, with its claims.
///
/// It is cheap to clone. It does not contain the token text, so it cannot be forwarded to another service.
#[derive(Clone)]
pub struct Token {
    inner: Arc<Inner>,
    /// The scopes required by the layers that have admitted the token.
    required: Option<Arc<Vec<String>>>,
}

struct Inner {
    client_id: String,
    subject: String,
    checked: Claims,
    raw_claims: RawClaims,
    granted: GrantedScopes,
    validator_id: u64,
}

impl Token {
    pub(crate) fn new(
        (client_id, subject): (String, String),
        checked: Claims,
        raw_claims: RawClaims,
        implications: &Implications,
        validator_id: u64,
    ) -> Self {
        let granted = implications.grant(checked.scope.as_deref().unwrap_or_default());
        let inner = Arc::new(Inner { client_id, subject, checked, raw_claims, granted, validator_id });
        Self { inner, required: None }
    }

    /// The client that the token was issued to. For Jeton, it is the service account.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.inner.client_id
    }

    /// The subject that the client acts for. With the client credentials grant, it is the client itself.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.inner.subject
    }

    /// The scopes as the issuer wrote them, separated by spaces; empty if there are none.
    ///
    /// To check a scope, use [`Self::allows`]: it also considers implied scopes.
    #[must_use]
    pub fn scope(&self) -> &str {
        self.inner.checked.scope.as_deref().unwrap_or_default()
    }

    /// Whether the token has this scope, or one that implies it.
    #[must_use]
    pub fn allows(&self, scope: &str) -> bool {
        self.inner.granted.allow(scope)
    }

    /// When the token expires, in Unix seconds. `None` if the introspection response does not contain it.
    #[must_use]
    pub fn expires_at(&self) -> Option<i64> {
        self.inner.checked.exp
    }

    /// The token's id (`jti`).
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.inner.checked.jti.as_deref()
    }

    /// All claims of the JWT, or all members of the introspection response.
    ///
    /// Empty if the JWT has a claim that cannot be represented: nested more than a hundred levels deep, or a number too
    /// large for an `f64`.
    #[must_use]
    pub fn claims(&self) -> &Map<String, Value> {
        self.inner.raw_claims.members()
    }

    /// The length of the introspection response that the claims come from; 0 for a JWT.
    pub(crate) fn response_bytes(&self) -> usize {
        self.inner.raw_claims.response_bytes()
    }

    pub(crate) fn checked(&self) -> &Claims {
        &self.inner.checked
    }

    /// The scopes required by outer layers; `None` if no layer has admitted the token yet.
    pub(crate) fn required(&self) -> Option<&Arc<Vec<String>>> {
        self.required.as_ref()
    }

    pub(crate) fn with_required_scopes(self, required: Arc<Vec<String>>) -> Self {
        Self { required: Some(required), ..self }
    }

    /// The id of the validator that accepted the token.
    pub(crate) fn validator_id(&self) -> u64 {
        self.inner.validator_id
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
