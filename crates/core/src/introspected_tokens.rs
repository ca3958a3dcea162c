//! Remembers which tokens were verified for which caller, so that seeing one again costs no signature check.
//!
//! Only the signature check is remembered. Whether the token is alive (expiry, epochs, account, key) and whether the
//! caller may see it is judged anew each time, so an entry never outlives any of these. The key holds caller and
//! token both: one caller's sight of a token says nothing to another.

use std::sync::Arc;

use aws_lc_rs::hmac;
use jeton_protocol::ClientId;
use quick_cache::sync::Cache;

use crate::clock::{Randomness, random_bytes};
use crate::verify_token::{TokenFault, VerifiedToken};

/// A capped memory of verified tokens.
#[derive(Debug)]
pub(crate) struct IntrospectedTokens {
    key: hmac::Key,
    tokens: Cache<[u8; 32], Arc<VerifiedToken>>,
}

impl IntrospectedTokens {
    /// An empty memory with a fresh key.
    #[must_use]
    pub(crate) fn new(randomness: &dyn Randomness) -> Self {
        let key: [u8; 32] = random_bytes(randomness);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), tokens: Cache::new(TOKENS_KEPT) }
    }

    /// The token that `caller` has shown before, or what `verify` says now; failures are not remembered.
    pub(crate) fn find_or_verify(
        &self,
        caller: &ClientId,
        token: &str,
        verify: impl FnOnce() -> Result<VerifiedToken, TokenFault>,
    ) -> Result<Arc<VerifiedToken>, TokenFault> {
        let digest = self.digest(caller, token);
        if let Some(known) = self.tokens.get(&digest) {
            return Ok(known);
        }
        let verified = Arc::new(verify()?);
        self.tokens.insert(digest, Arc::clone(&verified));
        Ok(verified)
    }

    fn digest(&self, caller: &ClientId, token: &str) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.key);
        context.update(caller.as_str().as_bytes());
        context.update(&[0]);
        context.update(token.as_bytes());
        let mut digest = [0; 32];
        digest.copy_from_slice(context.sign().as_ref());
        digest
    }
}

/// A verified token is about 700 bytes here.
const TOKENS_KEPT: usize = 20_000;
