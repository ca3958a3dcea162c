//! The raised epochs of accounts or of tenants: those that can still affect a token, and not more than fit.
//!
//! This module must not know which documents they come from.

use std::collections::HashMap;

use jeton_protocol::{MAX_FEED_ENTRIES, NameDigest};

/// Raised epochs by account or by tenant.
#[derive(Debug, Clone, Default)]
pub(crate) struct RaisedEpochs {
    by_name: HashMap<NameDigest, RaisedEpoch>,
    /// Until then, an epoch that did not fit may have revoked a token.
    incomplete_until: i64,
}

#[derive(Debug, Clone, Copy)]
struct RaisedEpoch {
    epoch: i64,
    /// When a document listed it last.
    listed_at: i64,
}

impl RaisedEpochs {
    /// Adds the epochs of a document that was received at `now`. An epoch never becomes lower.
    pub(crate) fn merge(&mut self, received: impl IntoIterator<Item = (NameDigest, i64)>, now: i64) {
        self.by_name.retain(|_, raised| now.saturating_sub(raised.listed_at) < EFFECT_SECONDS);
        for (name, epoch) in received {
            let known = self.by_name.get(&name).map_or(epoch, |raised| raised.epoch);
            self.by_name.insert(name, RaisedEpoch { epoch: epoch.max(known), listed_at: now });
        }
        self.drop_excess();
    }

    /// An epoch that is not known was not raised within the lifetime of any token.
    pub(crate) fn of(&self, name: Option<NameDigest>) -> i64 {
        name.and_then(|name| self.by_name.get(&name)).map_or(i64::MIN, |raised| raised.epoch)
    }

    /// Whether an epoch that did not fit may have revoked a token that is valid at `now`.
    pub(crate) fn is_incomplete(&self, now: i64) -> bool {
        now < self.incomplete_until
    }

    /// Drops the epochs that were not listed for the longest time: the fewest tokens depend on them.
    fn drop_excess(&mut self) {
        let excess = self.by_name.len().saturating_sub(MAX_EPOCHS);
        if excess == 0 {
            return;
        }
        let mut by_time: Vec<_> =
            self.by_name.iter().map(|(name, raised)| (raised.listed_at, *name)).collect();
        by_time.select_nth_unstable(excess);
        for (listed_at, name) in by_time.into_iter().take(excess) {
            self.by_name.remove(&name);
            self.incomplete_until = self.incomplete_until.max(listed_at.saturating_add(EFFECT_SECONDS));
        }
    }
}

/// A document lists at most [`MAX_FEED_ENTRIES`], and those of older documents are kept too.
const MAX_EPOCHS: usize = 2 * MAX_FEED_ENTRIES;
/// How long an epoch can affect a token after a document has listed it: a token is valid for at most a day, and the
/// clocks of two machines may differ.
const EFFECT_SECONDS: i64 = 26 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: usize) -> NameDigest {
        let mut sha256 = [0; 32];
        sha256[..8].copy_from_slice(&number.to_be_bytes());
        NameDigest::from_sha256(&sha256)
    }

    #[test]
    fn an_epoch_is_kept_while_it_can_affect_a_token_although_no_document_lists_it() {
        let mut epochs = RaisedEpochs::default();
        epochs.merge([(digest(1), 5)], 1_000);
        epochs.merge([(digest(1), 4)], 2_000);
        epochs.merge([], 2_000 + 25 * 3600);
        assert_eq!(
            (epochs.of(Some(digest(1))), epochs.of(Some(digest(2))), epochs.of(None)),
            (5, i64::MIN, i64::MIN)
        );
        epochs.merge([], 2_000 + 26 * 3600);
        assert_eq!((epochs.of(Some(digest(1))), epochs.by_name.len()), (i64::MIN, 0));
        assert!(!epochs.is_incomplete(0));
    }

    #[test]
    fn a_feed_that_lists_ever_new_names_fills_no_memory_and_loses_no_revocation() {
        let mut epochs = RaisedEpochs::default();
        let mut now = 0;
        for document in 0..5 {
            let first = document * MAX_FEED_ENTRIES;
            epochs.merge((first..first + MAX_FEED_ENTRIES).map(|name| (digest(name), 9)), now);
            assert!(epochs.by_name.len() <= MAX_EPOCHS);
            assert_eq!(epochs.of(Some(digest(first + 1))), 9, "the last document is complete");
            assert_eq!(epochs.is_incomplete(now), document >= 2, "{document}");
            now += 60;
        }
        let last_dropped = 2 * 60;
        assert!(epochs.is_incomplete(last_dropped + EFFECT_SECONDS - 1));
        assert!(!epochs.is_incomplete(last_dropped + EFFECT_SECONDS));
    }

    #[test]
    fn a_document_that_is_too_long_is_incomplete_at_once() {
        let mut epochs = RaisedEpochs::default();
        epochs.merge((0..=MAX_EPOCHS).map(|name| (digest(name), 9)), 100);
        assert_eq!(epochs.by_name.len(), MAX_EPOCHS);
        assert!(epochs.is_incomplete(100));
    }
}
