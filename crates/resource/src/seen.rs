//! Remembers tokens that were found good, within a bound on memory.
//!
//! It must not know when a token dies: whoever takes one out checks that anew.

use std::fmt;
use std::hash::Hash;

use aws_lc_rs::digest::{SHA256, digest};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::token::Token;

/// Stands for a token's text, which is not kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(text: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Self(bytes)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fingerprint(..)")
    }
}

/// Accepted tokens, each with what `K` says of it.
#[derive(Debug)]
pub(crate) struct Seen<K>(Cache<Fingerprint, Remembered<K>, BySize>);

#[derive(Debug, Clone)]
pub(crate) struct Remembered<K> {
    /// `None` of one that was found dead.
    pub(crate) token: Option<Token>,
    pub(crate) note: K,
    chars: usize,
}

impl<K: Clone> Seen<K> {
    pub(crate) fn new() -> Self {
        Self(Cache::with_weighter(EXPECTED_TOKENS, MOST_CHARS, BySize))
    }

    pub(crate) fn find(&self, fingerprint: &Fingerprint) -> Option<Remembered<K>> {
        self.0.get(fingerprint)
    }

    pub(crate) fn put(&self, fingerprint: Fingerprint, text: &str, token: Option<Token>, note: K) {
        self.0.insert(fingerprint, Remembered { token, note, chars: text.len() });
    }
}

#[derive(Debug, Clone)]
struct BySize;

impl<K> Weighter<Fingerprint, Remembered<K>> for BySize {
    fn weight(&self, _: &Fingerprint, remembered: &Remembered<K>) -> u64 {
        // What is kept of a token beside its claims.
        (remembered.chars + 300) as u64
    }
}

const EXPECTED_TOKENS: usize = 10_000;
/// The length of all texts together; what is kept of one takes two to three times its length.
const MOST_CHARS: u64 = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_by_size_not_by_number() {
        let seen = Seen::new();
        let text = "x".repeat(16_384);
        for number in 0..5_000 {
            seen.put(Fingerprint::of(&number.to_string()), &text, None, ());
        }
        assert!(seen.0.weight() <= MOST_CHARS && seen.0.len() < 600, "{}", seen.0.len());
        assert!(seen.find(&Fingerprint::of("4999")).is_some());
    }
}
