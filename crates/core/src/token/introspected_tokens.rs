//! Caches which tokens were verified for which caller, so that introspecting one again costs no signature check.
//!
//! An entry only states that a key of this region signed or sealed the token. Other tokens are not cached. Whether the
//! token is active (expiry, epochs, account, key) and whether the caller may introspect it is checked again each time,
//! so an entry never outlives any of these. The cache key covers both caller and token: a cached token reveals nothing
//! to another caller.

use std::sync::Arc;

use aws_lc_rs::hmac;
use jeton_protocol::ClientId;
use quick_cache::sync::Cache;

use crate::clock::{Randomness, random_bytes};
use crate::token::verify::VerifiedToken;

/// A bounded cache of verified tokens.
#[derive(Debug)]
pub(crate) struct IntrospectedTokens {
    key: hmac::Key,
    tokens: Cache<IntrospectionCacheKey, Arc<VerifiedToken>>,
}

/// A keyed digest of a caller and a token, valid in this process only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct IntrospectionCacheKey([u8; 32]);

impl IntrospectedTokens {
    /// An empty cache with a new key.
    #[must_use]
    pub(crate) fn new(randomness: &dyn Randomness) -> Self {
        let key: [u8; 32] = random_bytes(randomness);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), tokens: Cache::new(MAX_TOKENS) }
    }

    /// The cache key of `token` for `caller`.
    pub(crate) fn cache_key(&self, caller: &ClientId, token: &str) -> IntrospectionCacheKey {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(caller.as_str().as_bytes());
        context.update(&[0]);
        context.update(token.as_bytes());
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        IntrospectionCacheKey(digest)
    }

    /// The verified token, if it is cached for this caller.
    pub(crate) fn find(&self, key: &IntrospectionCacheKey) -> Option<Arc<VerifiedToken>> {
        self.tokens.get(key)
    }

    /// Adds a verified token to the cache.
    pub(crate) fn remember(&self, key: IntrospectionCacheKey, verified: &Arc<VerifiedToken>) {
        self.tokens.insert(key, Arc::clone(verified));
    }
}

/// A cached token takes about 700 bytes.
const MAX_TOKENS: usize = 20_000;
