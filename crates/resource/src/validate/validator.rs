//! Decides whether a token is valid for this resource. This module must not know HTTP.

use std::fmt;
use std::sync::Arc;

use jeton_protocol::MAX_TOKEN_CHARS;

use crate::token::bearer::b64token;
use crate::token::validated::Token;
use crate::validate::introspection::Introspection;
use crate::validate::local::LocalValidator;
use crate::validate::rejection::{Rejection, TokenFault};
use crate::validate::rules::Rules;
use crate::validate::validator_builder::ValidatorBuilder;

/// Validates the access tokens of one issuer for one resource. It is cheap to clone; clones share their caches.
#[derive(Clone)]
pub struct Validator(Arc<Inner>);

struct Inner {
    rules: Arc<Rules>,
    method: ValidationMethod,
}

/// How tokens are validated.
pub(crate) enum ValidationMethod {
    Local(Box<LocalValidator>),
    Introspection(Introspection),
}

impl Validator {
    /// Builds a validator for tokens of `issuer` with the audience `audience`, both spelled exactly as in the tokens.
    ///
    /// Both are compared byte for byte (RFC 9068 §4): `https://api.example.com` does not accept a token for
    /// `https://api.example.com/`. Use the spelling under which the resource was registered; `jeton resource list`
    /// prints it.
    ///
    /// The validator fetches nothing before the first token, so a service can start while the issuer is unavailable.
    /// Tokens are verified with the issuer's published keys unless [`ValidatorBuilder::introspection`] is called.
    pub fn builder(issuer: &str, audience: &str) -> ValidatorBuilder {
        ValidatorBuilder::new(issuer, audience)
    }

    pub(crate) fn new(rules: Arc<Rules>, method: ValidationMethod) -> Self {
        Self(Arc::new(Inner { rules, method }))
    }

    /// Validates a token.
    ///
    /// Requires a tokio runtime. The token text never appears in errors or logs.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] if the token is invalid, [`Rejection::Unavailable`] if it cannot be validated now.
    pub async fn validate(&self, token: &str) -> Result<Token, Rejection> {
        match self.cached_verdict(token.as_bytes()) {
            Some(verdict) => verdict,
            None => self.validate_uncached(token.as_bytes()).await,
        }
    }

    /// Validates a token for which [`Self::cached_verdict`] returned `None`.
    pub(crate) async fn validate_uncached(&self, presented: &[u8]) -> Result<Token, Rejection> {
        // Check the alphabet before the token is sent anywhere. Cached tokens have passed this check.
        let token = b64token(presented).ok_or(TokenFault::Malformed)?;
        match &self.0.method {
            ValidationMethod::Local(local) => local.validate(token).await,
            ValidationMethod::Introspection(introspection) => introspection.introspect(token).await,
        }
    }

    /// The cached verdict on a token, if any: no network request and no signature check.
    pub(crate) fn cached_verdict(&self, presented: &[u8]) -> Option<Result<Token, Rejection>> {
        // Check the size limit before any work.
        if presented.len() > MAX_TOKEN_CHARS {
            return Some(Err(TokenFault::TooLong.into()));
        }
        match &self.0.method {
            ValidationMethod::Local(local) => local.cached_verdict(presented),
            ValidationMethod::Introspection(introspection) => introspection.cached_verdict(presented),
        }
    }

    /// The issuer, as configured.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.rules.issuer
    }

    /// The audience, as configured.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.0.rules.audience
    }

    /// Whether this validator accepted the token.
    pub(crate) fn has_accepted(&self, token: &Token) -> bool {
        token.validator_id() == self.0.rules.id
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let method = match &self.0.method {
            ValidationMethod::Local(local) if local.revocation.is_some() => "keys and revocation feed",
            ValidationMethod::Local(_) => "keys",
            ValidationMethod::Introspection(_) => "introspection",
        };
        f.debug_struct("Validator")
            .field("issuer", &self.issuer())
            .field("audience", &self.audience())
            .field("method", &method)
            .finish_non_exhaustive()
    }
}
