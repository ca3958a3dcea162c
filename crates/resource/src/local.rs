//! Checks JWTs by the issuer's keys, and asks the revocation feed where there is one.

use std::sync::Arc;

use crate::clock::Clock;
use crate::feed::{Feed, Names, Standing};
use crate::introspection::Introspection;
use crate::jwt::UnverifiedJwt;
use crate::keys::Keys;
use crate::recent::Recent;
use crate::rejection::{Outage, Rejection, TokenFault};
use crate::rules::Rules;
use crate::seen::{Remembered, Seen};
use crate::token::Token;

#[derive(Debug)]
pub(crate) struct Local {
    pub(crate) rules: Arc<Rules>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) seen: Seen<Verified>,
    pub(crate) recent: Recent<Remembered<Verified>>,
    pub(crate) followed: Option<Followed>,
}

/// The revocation feed, and whom to ask about tokens that it has no room for.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) feed: Feed,
    pub(crate) introspection: Introspection,
}

/// Under which keys a token was verified, and what the feed, where there is one, calls its account and tenant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verified {
    generation: u64,
    names: Option<Names>,
}

impl Local {
    /// What can be said of the token at once: it was seen before, its key is still there, and it is alive.
    pub(crate) fn recall(&self, presented: &[u8]) -> Option<Result<Token, Rejection>> {
        let generation = self.keys.ready_generation()?;
        let holds = |remembered: &Remembered<Verified>| remembered.note.generation == generation;
        let look = || self.seen.find(presented).filter(holds);
        let remembered = self.recent.find(presented, holds, look)?;
        let token = remembered.token?;
        if token.checked().has_expired(self.clock.now()) {
            return Some(Err(TokenFault::Expired.into()));
        }
        let Some((followed, names)) = self.followed.as_ref().zip(remembered.note.names) else {
            return Some(Ok(token));
        };
        match followed.feed.standing(&token, names) {
            Standing::Alive => Some(Ok(token)),
            Standing::Revoked => Some(Err(TokenFault::Revoked.into())),
            Standing::Unlisted | Standing::NotHeard => None,
        }
    }

    pub(crate) async fn validate(&self, text: &str) -> Result<Token, Rejection> {
        let (token, names) = self.verify(text).await?;
        let Some((followed, names)) = self.followed.as_ref().zip(names) else { return Ok(token) };
        followed.feed.hear().await?;
        match followed.feed.standing(&token, names) {
            Standing::Alive => Ok(token),
            Standing::Revoked => Err(TokenFault::Revoked.into()),
            Standing::Unlisted => match followed.introspection.recall(text.as_bytes()) {
                Some(verdict) => verdict,
                None => followed.introspection.ask(text).await,
            },
            Standing::NotHeard => Err(Outage::FeedSilent.into()),
        }
    }

    async fn verify(&self, text: &str) -> Result<(Token, Option<Names>), Rejection> {
        let jwt = UnverifiedJwt::read(text, &self.rules.issuer)?;
        let mut keys = self.keys.usable().await?;
        if jwt.kid().is_some_and(|kid| !keys.value.knows(kid)) {
            keys = self.keys.look_again(keys).await?;
        }
        let key = keys.value.find(jwt.kid(), jwt.alg()).ok_or(TokenFault::UnknownKey)?;
        let token = self.rules.accept_jwt(jwt.verify(key)?, self.clock.now())?;
        let names = self.followed.as_ref().map(|_| Names::of(&token));
        let note = Verified { generation: keys.value.generation(), names };
        self.seen.put(text, Some(token.clone()), note);
        Ok((token, names))
    }
}
