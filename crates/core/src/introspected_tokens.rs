//! Remembers which tokens were verified for which caller, so that seeing one again costs no check.
//!
//! Only that a key of ours made the token is remembered, and nothing of those that none made. Whether the token is alive (expiry, epochs, account, key) and whether the
//! caller may see it is judged anew each time, so an entry never outlives any of these. The key holds caller and
//! token both: one caller's sight of a token says nothing to another.

use std::sync::Arc;

use aws_lc_rs::hmac;
use jeton_protocol::ClientId;
use quick_cache::sync::Cache;

use crate::clock::{Randomness, random_bytes};
use crate::verify_token::VerifiedToken;

/// A capped memory of verified tokens.
#[derive(Debug)]
pub(crate) struct IntrospectedTokens {
    key: hmac::Key,
    tokens: Cache<Sight, Arc<VerifiedToken>>,
}

/// Stands for a caller and a token in this process's memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Sight([u8; 32]);

impl IntrospectedTokens {
    /// An empty memory with a fresh key.
    #[must_use]
    pub(crate) fn new(randomness: &dyn Randomness) -> Self {
        let key: [u8; 32] = random_bytes(randomness);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), tokens: Cache::new(TOKENS_KEPT) }
    }

    /// What stands for `caller` showing `token`.
    pub(crate) fn sight(&self, caller: &ClientId, token: &str) -> Sight {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(caller.as_str().as_bytes());
        context.update(&[0]);
        context.update(token.as_bytes());
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        Sight(digest)
    }

    /// The token, if that caller has shown it before.
    pub(crate) fn find(&self, sight: &Sight) -> Option<Arc<VerifiedToken>> {
        self.tokens.get(sight)
    }

    /// From now on it is known.
    pub(crate) fn remember(&self, sight: Sight, verified: &Arc<VerifiedToken>) {
        self.tokens.insert(sight, Arc::clone(verified));
    }
}

/// A verified token is about 700 bytes here.
const TOKENS_KEPT: usize = 20_000;
