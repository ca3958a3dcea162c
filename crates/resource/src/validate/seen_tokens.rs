//! Caches validated tokens within a memory limit.
//!
//! This module must not know when a token expires: the caller checks that again on each use.

use std::borrow::Borrow;
use std::fmt;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use zeroize::ZeroizeOnDrop;

use crate::token::validated::Token;

/// Verdicts by token text, each with metadata `K`.
#[derive(Debug)]
pub(crate) struct TokenCache<K>(Cache<TokenText, CachedVerdict<K>, BySize>);

/// The full text of a token, not a hash, so that no token can be mistaken for another.
#[derive(PartialEq, Eq, Hash, ZeroizeOnDrop)]
pub(crate) struct TokenText(Box<[u8]>);

#[derive(Debug, Clone)]
pub(crate) struct CachedVerdict<K> {
    /// `None` if the token is not active.
    pub(crate) token: Option<Token>,
    pub(crate) metadata: K,
}

impl<K: Clone> TokenCache<K> {
    pub(crate) fn new() -> Self {
        Self(Cache::with_weighter(EXPECTED_TOKENS, MAX_TEXT_BYTES, BySize))
    }

    pub(crate) fn find(&self, presented: &[u8]) -> Option<CachedVerdict<K>> {
        self.0.get(presented)
    }

    pub(crate) fn insert(&self, text: &str, token: Option<Token>, metadata: K) {
        self.0.insert(TokenText::new(text.as_bytes()), CachedVerdict { token, metadata });
    }
}

impl TokenText {
    pub(crate) fn new(token: &[u8]) -> Self {
        Self(token.into())
    }

    pub(crate) fn is(&self, presented: &[u8]) -> bool {
        *self.0 == *presented
    }
}

impl Borrow<[u8]> for TokenText {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for TokenText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenText(..)")
    }
}

#[derive(Debug, Clone)]
struct BySize;

impl<K> Weighter<TokenText, CachedVerdict<K>> for BySize {
    fn weight(&self, text: &TokenText, verdict: &CachedVerdict<K>) -> u64 {
        // The claims of an opaque token are in the response, which may be much longer than the token.
        let response = verdict.token.as_ref().map_or(0, Token::response_bytes);
        // The memory for a token in addition to its text and claims.
        (text.0.len() + response + 300) as u64
    }
}

const EXPECTED_TOKENS: usize = 10_000;
/// The limit of the total length of all texts and introspection responses. With its claims, a token takes three to four
/// times its length.
const MAX_TEXT_BYTES: u64 = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use crate::token::claims::Claims;
    use crate::token::implications::Implications;
    use crate::token::raw_claims::RawClaims;

    #[test]
    fn memory_is_bounded_by_size_not_by_number() {
        let cache = TokenCache::new();
        let text = |number: u32| format!("{number:016384}");
        for number in 0..5_000 {
            cache.insert(&text(number), None, ());
        }
        assert!(cache.0.weight() <= MAX_TEXT_BYTES && cache.0.len() < 600, "{}", cache.0.len());
        assert!(cache.find(text(4_999).as_bytes()).is_some());
    }

    #[test]
    fn the_length_of_an_introspection_response_counts() {
        let cache = TokenCache::new();
        let claims: Claims = serde_json::from_str("{}").unwrap();
        let response = || RawClaims::from_response(Map::new(), 16_384);
        let names = || ("client".to_owned(), "client".to_owned());
        for number in 0..5_000 {
            let token = Token::new(names(), claims.clone(), response(), &Implications::default(), 1);
            cache.insert(&format!("opaque {number}"), Some(token), ());
        }
        assert!(cache.0.len() < 600, "{}", cache.0.len());
        assert!(cache.find(b"opaque 4999").is_some());
    }

    #[test]
    fn debug_does_not_show_the_text() {
        assert_eq!(format!("{:?}", TokenText::new(b"token")), "TokenText(..)");
    }
}
