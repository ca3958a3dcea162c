//! A small per-thread cache of frequently used tokens, without locks or shared memory.
//!
//! This module must not know the cached value of a token, nor whether it is still valid.

use std::cell::RefCell;
use std::fmt;

use thread_local::ThreadLocal;

use crate::validate::seen_tokens::TokenText;

/// A few slots per thread, for tokens of at most 4,096 characters.
pub(crate) struct ThreadTokenCache<V: Send>(ThreadLocal<RefCell<[Slot<V>; SLOTS]>>);

struct Slot<V> {
    cached: Option<(TokenText, V)>,
    /// The end of the last token that was not found in this slot.
    last_missed: [u8; SUFFIX_BYTES],
}

impl<V: Clone + Send> ThreadTokenCache<V> {
    pub(crate) fn new() -> Self {
        Self(ThreadLocal::new())
    }

    /// The cached value of the token if `is_valid` returns true for it, otherwise the result of `look_up`. That result
    /// is cached only if the same token misses twice in a row in its slot. So a service with more tokens than slots
    /// does not copy them for nothing.
    pub(crate) fn find(
        &self,
        presented: &[u8],
        is_valid: impl Fn(&V) -> bool,
        look_up: impl FnOnce() -> Option<V>,
    ) -> Option<V> {
        let Some(end) = presented.last_chunk().filter(|_| presented.len() <= MAX_TOKEN_BYTES) else {
            return look_up();
        };
        let mut slots = self.0.get_or_default().borrow_mut();
        // Hash the end of the token: there is the signature, which differs between tokens.
        let slot = &mut slots[end.iter().map(|byte| usize::from(*byte)).sum::<usize>() % SLOTS];
        if let Some((text, value)) = &slot.cached
            && text.is(presented)
            && is_valid(value)
        {
            return Some(value.clone());
        }
        let found = look_up()?;
        if slot.last_missed == *end {
            slot.cached = Some((TokenText::new(presented), found.clone()));
        }
        slot.last_missed = *end;
        Some(found)
    }
}

/// Does not show any part of a token.
impl<V: Send> fmt::Debug for ThreadTokenCache<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ThreadTokenCache(..)")
    }
}

impl<V> Default for Slot<V> {
    fn default() -> Self {
        Self { cached: None, last_missed: [0; SUFFIX_BYTES] }
    }
}

const SLOTS: usize = 16;
const MAX_TOKEN_BYTES: usize = 4096;
const SUFFIX_BYTES: usize = 8;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Finds a token, and counts how often the fallback was called.
    fn find(cache: &ThreadTokenCache<u8>, token: &str, is_valid: bool, lookups: &Cell<u32>) -> Option<u8> {
        cache.find(
            token.as_bytes(),
            |_| is_valid,
            || {
                lookups.set(lookups.get() + 1);
                token.as_bytes().first().copied()
            },
        )
    }

    #[test]
    fn a_repeated_token_is_cached_for_as_long_as_it_is_valid() {
        let (cache, lookups) = (ThreadTokenCache::new(), Cell::new(0));
        for _ in 0..10 {
            assert_eq!(find(&cache, "a.signature", true, &lookups), Some(b'a'));
        }
        assert_eq!(lookups.get(), 2);
        for _ in 0..10 {
            assert_eq!(find(&cache, "a.signature", false, &lookups), Some(b'a'));
        }
        assert_eq!(lookups.get(), 12);
    }

    #[test]
    fn tokens_in_the_same_slot_are_not_mistaken_for_each_other() {
        let (cache, lookups) = (ThreadTokenCache::new(), Cell::new(0));
        for token in ["a.signature", "a.signature", "b.signature", "a.signature", "b.signature"] {
            assert_eq!(find(&cache, token, true, &lookups), token.as_bytes().first().copied());
        }
    }

    #[test]
    fn alternating_tokens_are_not_cached() {
        let (cache, lookups) = (ThreadTokenCache::new(), Cell::new(0));
        for _ in 0..10 {
            // The same slot, because the sums of their last bytes are equal.
            find(&cache, "signature-ab", true, &lookups);
            find(&cache, "signature-ba", true, &lookups);
        }
        assert_eq!(lookups.get(), 20);
    }

    #[test]
    fn a_token_that_is_unknown_or_too_long_or_too_short_is_not_cached() {
        let (cache, lookups) = (ThreadTokenCache::new(), Cell::new(0));
        for token in ["", "short", &"x".repeat(MAX_TOKEN_BYTES + 1)] {
            for _ in 0..3 {
                assert_eq!(find(&cache, token, true, &lookups), token.as_bytes().first().copied());
            }
        }
        assert_eq!(lookups.get(), 9);
    }
}
