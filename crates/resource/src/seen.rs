//! Remembers tokens that were judged, within a bound on memory.
//!
//! It must not know when a token dies: whoever takes one out checks that anew.

use std::borrow::Borrow;
use std::cell::RefCell;
use std::fmt;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use thread_local::ThreadLocal;
use zeroize::ZeroizeOnDrop;

use crate::recent::Recent;
use crate::token::Token;

/// Judged tokens by their text, each with what `K` says of it.
#[derive(Debug)]
pub(crate) struct Seen<K: Send> {
    all: Cache<Text, Remembered<K>, BySize>,
    recent: ThreadLocal<RefCell<Recent<K>>>,
}

/// A whole token. Nothing shorter stands for it, so that no other is ever taken for it.
#[derive(PartialEq, Eq, Hash, ZeroizeOnDrop)]
pub(crate) struct Text(Box<[u8]>);

#[derive(Debug, Clone)]
pub(crate) struct Remembered<K> {
    /// `None` of one that was found dead.
    pub(crate) token: Option<Token>,
    pub(crate) note: K,
}

impl<K: Copy + Send> Seen<K> {
    pub(crate) fn new() -> Self {
        let all = Cache::with_weighter(EXPECTED_TOKENS, MOST_BYTES, BySize);
        Self { all, recent: ThreadLocal::new() }
    }

    /// What is remembered of the token, if `holds` is true of the note.
    pub(crate) fn find(&self, presented: &[u8], holds: impl Fn(K) -> bool) -> Option<Remembered<K>> {
        let mut recent = self.recent.get_or_default().borrow_mut();
        let slot = recent.slot(presented);
        if let Some((text, remembered)) = slot
            && text.0.as_ref() == presented
            && holds(remembered.note)
        {
            return Some(remembered.clone());
        }
        let mut found = self.all.get(presented).filter(|found| holds(found.note))?;
        if presented.len() <= LONGEST_RECENT {
            found.token = found.token.as_ref().map(Token::replica);
            *slot = Some((Text(presented.into()), found.clone()));
        }
        Some(found)
    }

    pub(crate) fn put(&self, text: &str, token: Option<Token>, note: K) {
        self.all.insert(Text(text.as_bytes().into()), Remembered { token, note });
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

/// A longer token is not kept by each thread.
const LONGEST_RECENT: usize = 4096;
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
        assert!(seen.all.weight() <= MOST_BYTES && seen.all.len() < 600, "{}", seen.all.len());
        assert!(seen.find(text(4_999).as_bytes(), |()| true).is_some());
    }

    #[test]
    fn what_no_longer_holds_is_not_found_and_what_was_put_since_is() {
        let seen = Seen::new();
        let find = |holds: u8| seen.find(b"token", |note| note >= holds).map(|found| found.note);
        seen.put("token", None, 1);
        assert_eq!((find(1), find(2)), (Some(1), None));
        seen.put("token", None, 2);
        assert_eq!((find(2), find(3)), (Some(2), None));
    }

    #[test]
    fn tokens_that_a_thread_keeps_in_one_place_are_not_taken_for_each_other() {
        let seen = Seen::new();
        let text = |number: u8| format!("{number:03}.signature");
        for number in 0..100 {
            seen.put(&text(number), None, number);
        }
        for number in (0..100).chain(0..100) {
            assert_eq!(seen.find(text(number).as_bytes(), |_| true).unwrap().note, number);
        }
        assert!(seen.find(b"100.signature", |_| true).is_none());
    }

    #[test]
    fn a_text_is_not_shown() {
        let seen = Seen::new();
        seen.put("secret", None, ());
        let shown = format!("{:?} {:?}", seen.find(b"secret", |()| true), Text((*b"secret").into()));
        assert!(!shown.contains("secret") && !format!("{seen:?}").contains("secret"), "{shown}");
    }
}
