//! The revoked tokens by audience: the part of the revocation feed about single tokens.
//!
//! A list keeps tokens for as long as the node caches their revocation, long past their expiry. Which of them are
//! listed is decided when the revocation feed is read, so that a clock that jumps ahead and back removes none. A list
//! has one limit for listed tokens and one for all tokens. Of a token that exceeds a limit only the expiry is kept, in
//! `unlisted_until`. Until that time the list is truncated, and the revocation feed says so.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use jeton_protocol::{MAX_FEED_ENTRIES, ResourceUri};

use crate::model::{Timestamp, TokenId};
use crate::store::ListedRevocation;

/// A list for each audience, and one for tokens whose audience is unknown.
#[derive(Debug, Default)]
pub(crate) struct RevokedByAudience(RwLock<HashMap<Option<ResourceUri>, TokenList>>);

#[derive(Debug, Default)]
struct TokenList {
    /// Ordered by expiry.
    tokens: Vec<(Timestamp, TokenId)>,
    /// The latest expiry of the tokens that did not fit.
    unlisted_until: Option<Timestamp>,
}

/// The revoked tokens of some audiences.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RevokedTokenList {
    /// The tokens with their expiry, ordered by id.
    pub(crate) tokens: Vec<(TokenId, Timestamp)>,
    /// Whether there are more tokens than listed.
    pub(crate) truncated: bool,
}

impl RevokedByAudience {
    /// Adds a token. It must not be in any list yet.
    pub(crate) fn add(&self, revoked: ListedRevocation, now: Timestamp) {
        let ListedRevocation { token, expires_at, audience } = revoked;
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        lists.entry(audience).or_default().add((expires_at, token), now);
    }

    /// The tokens for `audiences` that a reader may still accept at `now`, and those whose audience is unknown.
    pub(crate) fn of(&self, audiences: &BTreeSet<ResourceUri>, now: Timestamp) -> RevokedTokenList {
        let lists = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let keys = audiences.iter().cloned().map(Some).chain([None]);
        let mut found = RevokedTokenList::default();
        for list in keys.filter_map(|key| lists.get(&key)) {
            found.tokens.extend(list.listed(now).iter().map(|(expires_at, token)| (*token, *expires_at)));
            found.truncated |= list.unlisted_until.is_some_and(|end| is_listed(end, now));
        }
        drop(lists);
        found.tokens.sort_unstable();
        found.truncated |= found.tokens.len() > MAX_FEED_ENTRIES;
        found.tokens.truncate(MAX_FEED_ENTRIES);
        found
    }

    /// Removes tokens that expired before `end`.
    pub(crate) fn remove_expired_before(&self, end: Timestamp) {
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, list| {
            list.remove_expired_before(end);
            !list.tokens.is_empty() || list.unlisted_until.is_some()
        });
    }
}

impl TokenList {
    /// Only listed tokens count towards the size limit of a document.
    fn add(&mut self, token: (Timestamp, TokenId), now: Timestamp) {
        if self.listed(now).len() >= MAX_FEED_ENTRIES {
            self.omit(token.0);
            return;
        }
        let place = self.tokens.partition_point(|other| *other < token);
        self.tokens.insert(place, token);
        if self.tokens.len() > MAX_TOKENS {
            // At least half of them are not listed. Remove those that expired first, many at once.
            let expired_last = self.tokens[MAX_TOKENS / 4 - 1].0;
            self.tokens.drain(..MAX_TOKENS / 4);
            self.omit(expired_last);
        }
    }

    fn listed(&self, now: Timestamp) -> &[(Timestamp, TokenId)] {
        let first = self.tokens.partition_point(|(expires_at, _)| !is_listed(*expires_at, now));
        &self.tokens[first..]
    }

    fn omit(&mut self, expires_at: Timestamp) {
        self.unlisted_until = self.unlisted_until.max(Some(expires_at));
    }

    fn remove_expired_before(&mut self, end: Timestamp) {
        let expired = self.tokens.partition_point(|(expires_at, _)| *expires_at < end);
        self.tokens.drain(..expired);
        let capacity = self.tokens.len() * 2;
        self.tokens.shrink_to(capacity);
        self.unlisted_until = self.unlisted_until.filter(|until| *until >= end);
    }
}

/// Whether a reader may still accept a token that expires at `expires_at`.
fn is_listed(expires_at: Timestamp, now: Timestamp) -> bool {
    expires_at >= now.before(SKEW)
}

/// A token stays listed for this long after its expiry: the clock of an API that reads the list may be behind.
const SKEW: Duration = Duration::from_mins(5);
/// Listed tokens and tokens that are no longer listed: less than a megabyte for each audience.
const MAX_TOKENS: usize = 2 * MAX_FEED_ENTRIES;

#[cfg(test)]
mod tests {
    use super::*;

    fn revoked(number: usize, expires_at: i64, audience: Option<&str>) -> ListedRevocation {
        ListedRevocation {
            token: TokenId::from_bytes(u128::try_from(number).unwrap().to_be_bytes()),
            expires_at: Timestamp::from_unix(expires_at),
            audience: audience.map(|uri| uri.parse().unwrap()),
        }
    }

    fn of(lists: &RevokedByAudience, audiences: &[&str], now: i64) -> (usize, bool) {
        let audiences = audiences.iter().map(|uri| uri.parse().unwrap()).collect();
        let found = lists.of(&audiences, Timestamp::from_unix(now));
        (found.tokens.len(), found.truncated)
    }

    #[test]
    fn a_full_list_is_truncated_until_the_omitted_tokens_have_expired() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..MAX_FEED_ENTRIES {
            lists.add(revoked(number, 9_000, Some(ONE)), now);
        }
        assert_eq!(of(&lists, &[ONE], 0), (MAX_FEED_ENTRIES, false));
        lists.add(revoked(MAX_FEED_ENTRIES, 2_000, Some(ONE)), now);
        lists.add(revoked(MAX_FEED_ENTRIES + 1, 1_000, Some(ONE)), now);
        assert_eq!(of(&lists, &[ONE], 2_300), (MAX_FEED_ENTRIES, true));
        assert_eq!(of(&lists, &[ONE], 2_301), (MAX_FEED_ENTRIES, false));
        assert_eq!(of(&lists, &[OTHER], 0), (0, false));
    }

    #[test]
    fn tokens_that_are_no_longer_listed_do_not_count_towards_the_limit() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..MAX_FEED_ENTRIES {
            lists.add(revoked(number, 1_000, Some(ONE)), now);
        }
        lists.add(revoked(MAX_FEED_ENTRIES, 9_000, Some(ONE)), Timestamp::from_unix(1_301));
        assert_eq!(of(&lists, &[ONE], 1_301), (1, false));
    }

    #[test]
    fn lists_that_are_too_long_together_are_truncated() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..MAX_FEED_ENTRIES {
            lists.add(revoked(number, 9_000, Some(ONE)), now);
        }
        lists.add(revoked(MAX_FEED_ENTRIES, 9_000, Some(OTHER)), now);
        assert_eq!(of(&lists, &[ONE, OTHER], 0), (MAX_FEED_ENTRIES, true));
        assert_eq!(of(&lists, &[OTHER], 0), (1, false));
    }

    #[test]
    fn of_a_hundred_thousand_revocations_ten_thousand_are_kept() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..100_000 {
            lists.add(revoked(number, 9_000, Some(ONE)), now);
        }
        assert_eq!(lists.0.read().unwrap()[&Some(ONE.parse().unwrap())].tokens.len(), MAX_FEED_ENTRIES);
        assert_eq!(of(&lists, &[ONE], 0), (MAX_FEED_ENTRIES, true));
    }

    #[test]
    fn a_clock_that_was_ahead_removes_nothing() {
        let lists = RevokedByAudience::default();
        let at = Timestamp::from_unix;
        for number in 0..MAX_FEED_ENTRIES {
            lists.add(revoked(number, 3_600, Some(ONE)), at(0));
        }
        lists.remove_expired_before(at(7_200).before(Duration::from_hours(25)));
        assert_eq!(of(&lists, &[ONE], 7_200), (0, false));
        for number in 0..MAX_FEED_ENTRIES {
            lists.add(revoked(MAX_FEED_ENTRIES + number, 9_000, Some(ONE)), at(7_200));
        }
        assert_eq!(of(&lists, &[ONE], 7_200), (MAX_FEED_ENTRIES, false));
        assert_eq!(of(&lists, &[ONE], 0), (MAX_FEED_ENTRIES, true), "twice as many as fit");
    }

    #[test]
    fn a_truncated_list_is_still_truncated_after_the_clock_is_corrected() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..=MAX_FEED_ENTRIES {
            lists.add(revoked(number, 3_600, Some(ONE)), now);
        }
        lists.remove_expired_before(Timestamp::from_unix(7_200).before(Duration::from_hours(25)));
        lists.add(revoked(MAX_FEED_ENTRIES + 1, 9_000, Some(ONE)), Timestamp::from_unix(7_200));
        assert_eq!(of(&lists, &[ONE], 7_200), (1, false));
        assert_eq!(of(&lists, &[ONE], 0), (MAX_FEED_ENTRIES, true));
    }

    /// Tokens with a lifetime of a minute, one revoked each second: many more expire within 25 hours than a list keeps.
    #[test]
    fn a_list_limits_expired_tokens_and_reports_that_it_omitted_some() {
        let lists = RevokedByAudience::default();
        for second in 0..90_000_i64 {
            let number = usize::try_from(second).unwrap();
            lists.add(revoked(number, second + 60, Some(ONE)), Timestamp::from_unix(second));
        }
        let kept = lists.0.read().unwrap()[&Some(ONE.parse().unwrap())].tokens.len();
        assert!((MAX_FEED_ENTRIES..=MAX_TOKENS).contains(&kept), "{kept}");
        assert_eq!(of(&lists, &[ONE], 90_000), (360, false));
        // For a clock two hours behind, all tokens are there. For the start time, the list is reported as truncated.
        assert_eq!(of(&lists, &[ONE], 90_000 - 7_200), (7_560, false));
        assert!(of(&lists, &[ONE], 0).1);
    }

    #[test]
    fn lists_with_only_long_expired_tokens_are_removed() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        lists.add(revoked(1, 1_000, Some(ONE)), now);
        lists.add(revoked(2, 1_000, None), now);
        lists.remove_expired_before(Timestamp::from_unix(1_000));
        assert_eq!(of(&lists, &[ONE], 1_300), (2, false));
        lists.remove_expired_before(Timestamp::from_unix(1_001));
        assert!(lists.0.read().unwrap().is_empty());
    }

    const ONE: &str = "https://one.example.com";
    const OTHER: &str = "https://other.example.com";
}
