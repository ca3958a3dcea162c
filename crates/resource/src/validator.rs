//! Decides whether a token is good for this resource. It must not know HTTP.

use std::fmt;
use std::sync::Arc;

use jeton_protocol::MAX_TOKEN_CHARS;

use crate::bearer::b64token;
use crate::introspection::Introspection;
use crate::local::Local;
use crate::rejection::{Rejection, TokenFault};
use crate::rules::Rules;
use crate::token::Token;
use crate::validator_builder::ValidatorBuilder;

/// Checks the access tokens of one issuer for one resource. It is cheap to clone; clones share what they know.
#[derive(Clone)]
pub struct Validator(Arc<Inner>);

struct Inner {
    rules: Arc<Rules>,
    way: Way,
}

/// How a token is checked.
pub(crate) enum Way {
    Local(Box<Local>),
    Introspection(Introspection),
}

impl Validator {
    /// For tokens of `issuer` whose audience is `audience`, both spelled exactly as the tokens spell them.
    ///
    /// Both are compared byte for byte (RFC 9068 §4): `https://api.example.com` does not accept a token for
    /// `https://api.example.com/`. The right spelling is the one under which the resource was registered;
    /// `jeton resource list` prints it.
    ///
    /// Nothing is fetched before the first token comes, so a service starts also while the issuer is away.
    /// Tokens are checked by the issuer's published keys unless [`ValidatorBuilder::introspection`] is called.
    pub fn builder(issuer: &str, audience: &str) -> ValidatorBuilder {
        ValidatorBuilder::new(issuer, audience)
    }

    pub(crate) fn new(rules: Arc<Rules>, way: Way) -> Self {
        Self(Arc::new(Inner { rules, way }))
    }

    /// The token, if it is good now.
    ///
    /// Runs in a tokio runtime. The text never shows in an error or a log.
    ///
    /// # Errors
    /// [`Rejection::Invalid`] where it is not to be accepted, [`Rejection::CannotTell`] where that cannot be told now.
    pub async fn validate(&self, token: &str) -> Result<Token, Rejection> {
        match self.recall(token.as_bytes()) {
            Some(verdict) => verdict,
            None => self.judge(token.as_bytes()).await,
        }
    }

    /// The verdict on a token of which [`Self::recall`] could say nothing.
    pub(crate) async fn judge(&self, presented: &[u8]) -> Result<Token, Rejection> {
        // The alphabet comes before anything is sent anywhere; what is remembered had it.
        let token = b64token(presented).ok_or(TokenFault::Malformed)?;
        match &self.0.way {
            Way::Local(local) => local.validate(token).await,
            Way::Introspection(introspection) => introspection.ask(token).await,
        }
    }

    /// What can be said of the token at once, without asking or computing anything.
    pub(crate) fn recall(&self, presented: &[u8]) -> Option<Result<Token, Rejection>> {
        // The limit comes before any work.
        if presented.len() > MAX_TOKEN_CHARS {
            return Some(Err(TokenFault::TooLong.into()));
        }
        match &self.0.way {
            Way::Local(local) => local.recall(presented),
            Way::Introspection(introspection) => introspection.recall(presented),
        }
    }

    /// The issuer, as it was configured.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.rules.issuer
    }

    /// The audience, as it was configured.
    #[must_use]
    pub fn audience(&self) -> &str {
        &self.0.rules.audience
    }

    /// Whether this validator accepted the token.
    pub(crate) fn has_accepted(&self, token: &Token) -> bool {
        token.checked_by() == self.0.rules.id
    }
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match &self.0.way {
            Way::Local(local) if local.followed.is_some() => "keys and revocation feed",
            Way::Local(_) => "keys",
            Way::Introspection(_) => "introspection",
        };
        f.debug_struct("Validator")
            .field("issuer", &self.issuer())
            .field("audience", &self.audience())
            .field("way", &way)
            .finish_non_exhaustive()
    }
}
