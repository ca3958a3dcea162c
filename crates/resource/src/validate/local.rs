//! Validates JWTs with the issuer's keys, and with the revocation feed if it is enabled.

use std::sync::Arc;

use jeton_fetch::{Clock, FetchedKeys, Outage};

use crate::feed::follow::{FeedDigests, RevocationFeedFollower, RevocationStatus};
use crate::token::validated::Token;
use crate::validate::introspection::Introspection;
use crate::validate::jwt::UnverifiedJwt;
use crate::validate::recent_tokens::ThreadTokenCache;
use crate::validate::rejection::{Rejection, TokenFault};
use crate::validate::rules::Rules;
use crate::validate::seen_tokens::{CachedVerdict, TokenCache};

#[derive(Debug)]
pub(crate) struct LocalValidator {
    pub(crate) rules: Arc<Rules>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: Arc<FetchedKeys>,
    pub(crate) cache: TokenCache<VerificationContext>,
    pub(crate) thread_cache: ThreadTokenCache<CachedVerdict<VerificationContext>>,
    pub(crate) revocation: Option<RevocationCheck>,
}

/// The revocation feed, and introspection as the fallback for tokens that a truncated feed does not list.
#[derive(Debug)]
pub(crate) struct RevocationCheck {
    pub(crate) feed: RevocationFeedFollower,
    pub(crate) introspection: Introspection,
}

/// The key set generation that verified a token, and the digests of its account and tenant if the feed is enabled.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VerificationContext {
    generation: u64,
    digests: Option<FeedDigests>,
}

impl LocalValidator {
    /// The result for a cached token whose key is still published; `None` if the token must be validated again.
    pub(crate) fn cached_verdict(&self, presented: &[u8]) -> Option<Result<Token, Rejection>> {
        let generation = self.keys.ready_generation()?;
        let is_current =
            |cached: &CachedVerdict<VerificationContext>| cached.metadata.generation == generation;
        let look_up = || self.cache.find(presented).filter(is_current);
        let cached = self.thread_cache.find(presented, is_current, look_up)?;
        let token = cached.token?;
        if token.checked().has_expired(self.clock.now()) {
            return Some(Err(TokenFault::Expired.into()));
        }
        let Some((revocation, digests)) = self.revocation.as_ref().zip(cached.metadata.digests) else {
            return Some(Ok(token));
        };
        // If not, the feed must be followed again before the token is accepted.
        if !revocation.feed.is_running() {
            return None;
        }
        match revocation.feed.status_of(&token, digests) {
            RevocationStatus::NotRevoked => Some(Ok(token)),
            RevocationStatus::Revoked => Some(Err(TokenFault::Revoked.into())),
            RevocationStatus::Unlisted | RevocationStatus::FeedStale => None,
        }
    }

    pub(crate) async fn validate(&self, text: &str) -> Result<Token, Rejection> {
        let (token, digests) = self.verify(text).await?;
        let Some((revocation, digests)) = self.revocation.as_ref().zip(digests) else { return Ok(token) };
        revocation.feed.wait_until_ready().await?;
        match revocation.feed.status_of(&token, digests) {
            RevocationStatus::NotRevoked => Ok(token),
            RevocationStatus::Revoked => Err(TokenFault::Revoked.into()),
            RevocationStatus::Unlisted => match revocation.introspection.cached_verdict(text.as_bytes()) {
                Some(verdict) => verdict,
                None => revocation.introspection.introspect(text).await,
            },
            RevocationStatus::FeedStale => Err(Outage::FeedStale.into()),
        }
    }

    async fn verify(&self, text: &str) -> Result<(Token, Option<FeedDigests>), Rejection> {
        let jwt = UnverifiedJwt::read(text, &self.rules.issuer)?;
        let mut keys = self.keys.usable().await?;
        if jwt.kid().is_some_and(|kid| !keys.value.knows(kid)) {
            keys = self.keys.refetch_for_unknown_key(keys).await?;
        }
        let key = keys.value.find(jwt.kid(), jwt.alg()).ok_or(TokenFault::UnknownKey)?;
        let token = self.rules.accept_jwt(jwt.verify(key)?, self.clock.now())?;
        let digests = self.revocation.as_ref().map(|_| FeedDigests::of(&token));
        let context = VerificationContext { generation: keys.value.generation(), digests };
        self.cache.insert(text, Some(token.clone()), context);
        Ok((token, digests))
    }
}
