//! The individually revoked tokens: those that have not expired, and not more than fit.
//!
//! This module must not know which documents they come from.

use std::collections::HashMap;

use jeton_protocol::{MAX_FEED_ENTRIES, RevokedJti};

/// Revoked tokens by their id, with their expiry.
#[derive(Debug, Clone, Default)]
pub(crate) struct RevokedTokens {
    by_id: HashMap<String, i64>,
    /// Until then, a token that did not fit may be revoked.
    incomplete_until: i64,
}

impl RevokedTokens {
    /// Adds the tokens of a document that was received at `now`.
    pub(crate) fn merge(&mut self, received: impl IntoIterator<Item = RevokedJti>, now: i64) {
        // Safe to remove: token expiry is checked with the same clock.
        self.by_id.retain(|_, exp| *exp > now);
        for RevokedJti { jti, exp } in received {
            if jti.len() <= MAX_ID_BYTES {
                self.by_id.insert(jti, exp);
            } else {
                self.incomplete_until = self.incomplete_until.max(exp);
            }
        }
        self.drop_excess();
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// Whether a token that did not fit may be revoked and valid at `now`.
    pub(crate) fn is_incomplete(&self, now: i64) -> bool {
        now < self.incomplete_until
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Drops the tokens that expire first.
    fn drop_excess(&mut self) {
        let excess = self.by_id.len().saturating_sub(MAX_TOKENS);
        if excess == 0 {
            return;
        }
        let mut by_expiry: Vec<_> = self.by_id.iter().map(|(id, exp)| (*exp, id.clone())).collect();
        by_expiry.select_nth_unstable(excess);
        for (exp, id) in by_expiry.into_iter().take(excess) {
            self.by_id.remove(&id);
            self.incomplete_until = self.incomplete_until.max(exp);
        }
    }
}

/// A document lists at most [`MAX_FEED_ENTRIES`], and those of older documents are kept too.
const MAX_TOKENS: usize = 2 * MAX_FEED_ENTRIES;
/// Ids of Jeton have 22 characters.
const MAX_ID_BYTES: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    fn token(jti: impl Into<String>, exp: i64) -> RevokedJti {
        RevokedJti { jti: jti.into(), exp }
    }

    #[test]
    fn a_feed_that_lists_ever_new_tokens_fills_no_memory_and_loses_no_revocation() {
        let mut tokens = RevokedTokens::default();
        for document in 0..5 {
            let exp = 10_000 + document;
            let listed = (0..MAX_FEED_ENTRIES).map(|number| token(format!("{document} {number}"), exp));
            tokens.merge(listed, document);
            assert!(tokens.len() <= MAX_TOKENS);
            assert!(tokens.contains(&format!("{document} 7")), "the last document is complete");
            assert_eq!(tokens.is_incomplete(document), document >= 2, "{document}");
        }
        let last_dropped = 10_000 + 2;
        assert!(tokens.is_incomplete(last_dropped - 1));
        assert!(!tokens.is_incomplete(last_dropped), "it has expired");
    }

    #[test]
    fn a_very_long_id_is_not_kept_and_its_token_is_not_accepted_unseen() {
        let mut tokens = RevokedTokens::default();
        tokens.merge([token("x".repeat(MAX_ID_BYTES + 1), 100), token("short", 100)], 0);
        assert_eq!(tokens.len(), 1);
        assert!(tokens.is_incomplete(99) && !tokens.is_incomplete(100));
    }
}
