//! Remembers tokens that were judged, within a bound on memory.
//!
//! It must not know when a token dies: whoever takes one out checks that anew.

use std::borrow::Borrow;
use std::fmt;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use zeroize::ZeroizeOnDrop;

use crate::token::Token;

/// Judged tokens by their text, each with what `K` says of it.
#[derive(Debug)]
pub(crate) struct Seen<K>(Cache<Text, Remembered<K>, BySize>);

/// A whole token. Nothing shorter stands for it, so that no other is ever taken for it.
#[derive(PartialEq, Eq, Hash, ZeroizeOnDrop)]
pub(crate) struct Text(Box<[u8]>);

#[derive(Debug, Clone)]
pub(crate) struct Remembered<K> {
    /// `None` of one that was found dead.
    pub(crate) token: Option<Token>,
    pub(crate) note: K,
}

impl<K: Clone> Seen<K> {
    pub(crate) fn new() -> Self {
        Self(Cache::with_weighter(EXPECTED_TOKENS, MOST_BYTES, BySize))
    }

    pub(crate) fn find(&self, presented: &[u8]) -> Option<Remembered<K>> {
        self.0.get(presented)
    }

    pub(crate) fn put(&self, text: &str, token: Option<Token>, note: K) {
        self.0.insert(Text::new(text.as_bytes()), Remembered { token, note });
    }
}

impl Text {
    pub(crate) fn new(token: &[u8]) -> Self {
        Self(token.into())
    }

    pub(crate) fn is(&self, presented: &[u8]) -> bool {
        *self.0 == *presented
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)")
    }
}

#[derive(Debug, Clone)]
struct BySize;

impl<K> Weighter<Text, Remembered<K>> for BySize {
    fn weight(&self, text: &Text, _: &Remembered<K>) -> u64 {
        // What is kept of a token beside its text and its claims.
        (text.0.len() + 300) as u64
    }
}

const EXPECTED_TOKENS: usize = 10_000;
/// The length of all texts together; with its claims, one takes three to four times its length.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_by_size_not_by_number() {
        let seen = Seen::new();
        let text = |number: u32| format!("{number:016384}");
        for number in 0..5_000 {
            seen.put(&text(number), None, ());
        }
        assert!(seen.0.weight() <= MOST_BYTES && seen.0.len() < 600, "{}", seen.0.len());
        assert!(seen.find(text(4_999).as_bytes()).is_some());
    }

    #[test]
    fn a_text_is_not_shown() {
        assert_eq!(format!("{:?}", Text::new(b"token")), "Text(..)");
    }
}
