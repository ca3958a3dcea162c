//! The revoked tokens of one audience.
//!
//! The list keeps tokens long past their expiry. Which of them are listed is decided when it is read, so that a clock
//! that jumps ahead and back removes none. It has one limit for listed tokens and one for all tokens. Of tokens that
//! exceed a limit only their accounts and their expiry are kept.
//!
//! A full list makes room at the expense of accounts with many tokens. So an account that revokes many tokens displaces
//! none of the others.

use std::collections::HashMap;
use std::time::Duration;

use jeton_protocol::{MAX_FEED_ENTRIES, NameDigest, Truncation};

use crate::memory::unlisted_accounts::UnlistedAccounts;
use crate::model::{Timestamp, TokenId};

/// The tokens.
#[derive(Debug, Default)]
pub(crate) struct TokenList {
    /// Ordered by expiry.
    tokens: Vec<RevokedToken>,
    unlisted: UnlistedAccounts,
    /// No account has many tokens. Known until a token is added.
    is_even: bool,
}

/// A token in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RevokedToken {
    pub(crate) expires_at: Timestamp,
    pub(crate) id: TokenId,
    pub(crate) account: NameDigest,
}

impl TokenList {
    /// Adds a token. Only listed tokens count towards the size limit of a document.
    pub(crate) fn add(&mut self, token: RevokedToken, now: Timestamp) {
        if self.listed(now).len() >= MAX_FEED_ENTRIES && !self.make_room(token.account, now) {
            self.unlisted.add(token.account, token.expires_at);
            return;
        }
        let place = self.tokens.partition_point(|other| *other < token);
        self.tokens.insert(place, token);
        self.is_even = false;
        if self.tokens.len() > MAX_TOKENS {
            // At least half of them are not listed. Remove those that expired first, many at once.
            for removed in self.tokens.drain(..MAX_TOKENS / 4) {
                self.unlisted.add(removed.account, removed.expires_at);
            }
        }
    }

    /// The tokens that a reader may still accept at `now`.
    pub(crate) fn listed(&self, now: Timestamp) -> &[RevokedToken] {
        let first = self.tokens.partition_point(|token| token.expires_at < listed_since(now));
        &self.tokens[first..]
    }

    /// The accounts with tokens that are not listed although a reader may still accept them at `now`.
    pub(crate) fn truncation(&self, now: Timestamp) -> Truncation {
        self.unlisted.since(listed_since(now))
    }

    /// Removes tokens that expired before `end`.
    pub(crate) fn remove_expired_before(&mut self, end: Timestamp) {
        let expired = self.tokens.partition_point(|token| token.expires_at < end);
        self.tokens.drain(..expired);
        let capacity = self.tokens.len() * 2;
        self.tokens.shrink_to(capacity);
        self.unlisted.remove_expired_before(end);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.unlisted.is_empty()
    }

    /// The number of tokens, listed or not.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Makes room for a token of `account` in the full list, unless the account itself has the most tokens or no
    /// account has many. Removes many tokens at once, because finding them takes a while.
    fn make_room(&mut self, account: NameDigest, now: Timestamp) -> bool {
        // A reader asks about this account's tokens anyway.
        if self.is_even || self.unlisted.covers(account, listed_since(now)) {
            return false;
        }
        let mut excess = Excess::of(self.listed(now), MANY, MAX_FEED_ENTRIES / 10);
        self.is_even = excess.0.is_empty();
        if self.is_even || excess.0.contains_key(&account) {
            return false;
        }
        let unlisted = &mut self.unlisted;
        self.tokens.retain(|token| {
            let is_removed = token.expires_at >= listed_since(now) && excess.take(token.account);
            if is_removed {
                unlisted.add(token.account, token.expires_at);
            }
            !is_removed
        });
        true
    }
}

/// How many tokens of each account to leave out of a list: of the accounts with the most tokens first.
#[derive(Debug)]
pub(crate) struct Excess(HashMap<NameDigest, usize>);

impl Excess {
    /// Chooses up to `count` of `tokens`, only of accounts that have at least `least`.
    pub(crate) fn of(tokens: &[RevokedToken], least: usize, count: usize) -> Self {
        let mut counts: HashMap<NameDigest, usize> = HashMap::new();
        for token in tokens {
            *counts.entry(token.account).or_default() += 1;
        }
        let mut largest_first: Vec<(usize, NameDigest)> =
            counts.into_iter().map(|(account, tokens)| (tokens, account)).collect();
        largest_first.retain(|(tokens, _)| *tokens >= least);
        largest_first.sort_unstable_by(|one, other| other.cmp(one));
        let mut left = count;
        let excess = largest_first.into_iter().map_while(|(tokens, account)| {
            let taken = tokens.min(left);
            left -= taken;
            (taken > 0).then_some((account, taken))
        });
        Self(excess.collect())
    }

    /// Whether to leave out one more token of this account.
    pub(crate) fn take(&mut self, account: NameDigest) -> bool {
        let left = self.0.get_mut(&account).filter(|left| **left > 0);
        left.map(|left| *left -= 1).is_some()
    }
}

/// A token that expires earlier is accepted by no reader.
fn listed_since(now: Timestamp) -> Timestamp {
    now.before(SKEW)
}

/// A token stays listed for this long after its expiry: the clock of an API that reads the list may be behind.
const SKEW: Duration = Duration::from_mins(5);
/// An account with at least this many listed tokens makes room for others.
const MANY: usize = MAX_FEED_ENTRIES / 100;
/// Listed tokens and tokens that are no longer listed.
const MAX_TOKENS: usize = 2 * MAX_FEED_ENTRIES;
/// The sizes in the documentation of [`super::revoked_tokens`] depend on this one.
const _: () = assert!(size_of::<RevokedToken>() == 40);
