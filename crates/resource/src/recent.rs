//! A few tokens that a thread sees again and again, found without a lock and without a walk through what all threads
//! share.
//!
//! It must not know what is remembered of a token, nor whether that still holds.

use std::cell::RefCell;
use std::fmt;

use thread_local::ThreadLocal;

use crate::seen::Text;

/// For each thread, places for tokens of at most 4,096 characters.
pub(crate) struct Recent<V: Send>(ThreadLocal<RefCell<[Place<V>; PLACES]>>);

struct Place<V> {
    kept: Option<(Text, V)>,
    /// The end of the token that was last looked for here in vain.
    missed: [u8; END],
}

impl<V: Clone + Send> Recent<V> {
    pub(crate) fn new() -> Self {
        Self(ThreadLocal::new())
    }

    /// What is kept of the token, if `holds` is true of it; else what `look` finds, which is kept here when the token
    /// comes twice in a row to its place. So a service with more tokens than places does not copy them in vain.
    pub(crate) fn find(
        &self,
        presented: &[u8],
        holds: impl Fn(&V) -> bool,
        look: impl FnOnce() -> Option<V>,
    ) -> Option<V> {
        let Some(end) = presented.last_chunk().filter(|_| presented.len() <= LONGEST) else { return look() };
        let mut places = self.0.get_or_default().borrow_mut();
        // Tokens differ at their end, where the signature is.
        let place = &mut places[end.iter().map(|byte| usize::from(*byte)).sum::<usize>() % PLACES];
        if let Some((text, value)) = &place.kept
            && text.is(presented)
            && holds(value)
        {
            return Some(value.clone());
        }
        let found = look()?;
        if place.missed == *end {
            place.kept = Some((Text::new(presented), found.clone()));
        }
        place.missed = *end;
        Some(found)
    }
}

/// Even the end of a token is not shown.
impl<V: Send> fmt::Debug for Recent<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recent(..)")
    }
}

impl<V> Default for Place<V> {
    fn default() -> Self {
        Self { kept: None, missed: [0; END] }
    }
}

const PLACES: usize = 16;
const LONGEST: usize = 4096;
const END: usize = 8;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// Finds a token, and counts how often it was looked for elsewhere.
    fn find(recent: &Recent<u8>, token: &str, holds: bool, looks: &Cell<u32>) -> Option<u8> {
        recent.find(
            token.as_bytes(),
            |_| holds,
            || {
                looks.set(looks.get() + 1);
                token.as_bytes().first().copied()
            },
        )
    }

    #[test]
    fn a_token_that_comes_again_is_found_here_for_as_long_as_it_holds() {
        let (recent, looks) = (Recent::new(), Cell::new(0));
        for _ in 0..10 {
            assert_eq!(find(&recent, "a.signature", true, &looks), Some(b'a'));
        }
        assert_eq!(looks.get(), 2);
        for _ in 0..10 {
            assert_eq!(find(&recent, "a.signature", false, &looks), Some(b'a'));
        }
        assert_eq!(looks.get(), 12);
    }

    #[test]
    fn tokens_of_one_place_are_not_taken_for_each_other() {
        let (recent, looks) = (Recent::new(), Cell::new(0));
        for token in ["a.signature", "a.signature", "b.signature", "a.signature", "b.signature"] {
            assert_eq!(find(&recent, token, true, &looks), token.as_bytes().first().copied());
        }
    }

    #[test]
    fn tokens_that_take_turns_are_not_kept() {
        let (recent, looks) = (Recent::new(), Cell::new(0));
        for _ in 0..10 {
            // The same place, since the sum of their ends is the same.
            find(&recent, "signature-ab", true, &looks);
            find(&recent, "signature-ba", true, &looks);
        }
        assert_eq!(looks.get(), 20);
    }

    #[test]
    fn what_is_not_found_or_too_long_or_short_is_not_kept() {
        let (recent, looks) = (Recent::new(), Cell::new(0));
        for token in ["", "short", &"x".repeat(LONGEST + 1)] {
            for _ in 0..3 {
                assert_eq!(find(&recent, token, true, &looks), token.as_bytes().first().copied());
            }
        }
        assert_eq!(looks.get(), 9);
    }
}
