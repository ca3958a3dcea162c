//! Reports whether a token is active (RFC 7662), to a caller that may introspect it.
//!
//! The caller is authenticated before the token is examined. The response for a token that is expired or revoked, was
//! not issued by this server, or may not be introspected by this caller, is "inactive" without a reason.

use std::sync::Arc;

use jeton_protocol::{AccessTokenClaims, ClientId, IntrospectionAnswer, IntrospectionRequest};

use crate::client::authenticate::Authenticator;
use crate::clock::Clock;
use crate::memory::directory::Directory;
use crate::model::{Account, CallerAddress};
use crate::refusal::Refusal;
use crate::settings::Settings;
use crate::token::check::TokenChecker;
use crate::token::introspected_tokens::IntrospectedTokens;
use crate::token::verify::TokenFault;

/// The result of an introspection request.
#[derive(Debug)]
pub struct Introspection {
    /// The account that sent the request.
    pub caller: ClientId,
    /// The response for the caller.
    pub response: IntrospectionAnswer,
    /// Why the token is inactive: for the operator, never for the caller.
    pub fault: Option<TokenFault>,
}

/// Answers introspection requests.
#[derive(Debug)]
pub(crate) struct Introspector {
    pub(crate) settings: Arc<Settings>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) authenticator: Arc<Authenticator>,
    pub(crate) checker: Arc<TokenChecker>,
    pub(crate) introspected: IntrospectedTokens,
}

impl Introspector {
    /// Answers an introspection request that came from `from`.
    ///
    /// # Errors
    /// A [`Refusal`] when the caller does not authenticate, has sent too many invalid tokens, or the store cannot
    /// return the token's account.
    pub(crate) async fn introspect(
        &self,
        request: &IntrospectionRequest,
        from: CallerAddress,
    ) -> Result<Introspection, Refusal> {
        self.directory.ensure_fresh()?;
        let caller = self.authenticator.authenticate(&request.client, from).await?;
        let caller = caller.account();
        let (response, fault) = match self.introspect_for(caller, request.token.expose()).await? {
            Ok(claims) => (IntrospectionAnswer::Active(claims), None),
            Err(fault) => (IntrospectionAnswer::Inactive, Some(fault)),
        };
        Ok(Introspection { caller: caller.client_id.clone(), response, fault })
    }

    /// Introspects `token` for `caller`.
    async fn introspect_for(
        &self,
        caller: &Account,
        token: &str,
    ) -> Result<Result<Arc<AccessTokenClaims>, TokenFault>, Refusal> {
        let catalog = self.directory.catalog();
        let cache_key = self.introspected.cache_key(&caller.client_id, token);
        let verified = match self.introspected.find(&cache_key) {
            Some(known) => known,
            None => match self.checker.verify_unseen(&catalog, &caller.client_id, token)? {
                Ok(verified) => {
                    let verified = Arc::new(verified);
                    self.introspected.remember(cache_key, &verified);
                    verified
                }
                Err(fault) => return Ok(Err(fault)),
            },
        };
        if !may_introspect(caller, &verified.claims) {
            return Ok(Err(TokenFault::NotForThisCaller));
        }
        let checked = self.checker.check_active(&catalog, &verified).await?;
        Ok(checked.map(|()| Arc::clone(&verified.claims)))
    }
}

/// A caller may introspect its own tokens, and those for resources that it has the introspection right for.
fn may_introspect(caller: &Account, claims: &AccessTokenClaims) -> bool {
    caller.client_id == claims.client_id || caller.introspects.iter().any(|uri| uri.matches(&claims.aud))
}
