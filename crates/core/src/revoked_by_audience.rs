//! The revoked tokens once more, by audience: what the revocation feed lists.
//!
//! A list keeps what it knows for as long as the node knows it, long past the expiry of the tokens: which of them are
//! listed is judged when the feed is read, so that a clock that jumps ahead and back removes none. A list has a limit for
//! those that are listed and one for all. A token too many is only counted in the list's end: until that is over, the list
//! is not whole, and says so.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use jeton_protocol::{MAX_FEED_ENTRIES, ResourceUri};

use crate::model::{Timestamp, TokenId};
use crate::store::ListedRevocation;

/// A list for each audience, and one for tokens whose audience is not known.
#[derive(Debug, Default)]
pub(crate) struct RevokedByAudience(RwLock<HashMap<Option<ResourceUri>, List>>);

#[derive(Debug, Default)]
struct List {
    /// In the order of expiry.
    tokens: Vec<(Timestamp, TokenId)>,
    /// When the last of the tokens expires that there was no room for.
    unlisted_until: Option<Timestamp>,
}

/// What was revoked for some audiences.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RevokedFor {
    /// The tokens with their expiry, in the order of their ids.
    pub(crate) tokens: Vec<(TokenId, Timestamp)>,
    /// There are more.
    pub(crate) truncated: bool,
}

impl RevokedByAudience {
    /// Adds a token that is in no list yet.
    pub(crate) fn add(&self, revoked: ListedRevocation, now: Timestamp) {
        let ListedRevocation { token, expires_at, audience } = revoked;
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        lists.entry(audience).or_default().add((expires_at, token), now);
    }

    /// The tokens for `audiences` that may be taken for live ones at `now`, with those that may be for anybody.
    pub(crate) fn of(&self, audiences: &BTreeSet<ResourceUri>, now: Timestamp) -> RevokedFor {
        let lists = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let keys = audiences.iter().cloned().map(Some).chain([None]);
        let mut found = RevokedFor::default();
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

    /// Forgets tokens that expired before this.
    pub(crate) fn forget_expired_before(&self, end: Timestamp) {
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, list| {
            list.forget_expired_before(end);
            !list.tokens.is_empty() || list.unlisted_until.is_some()
        });
    }
}

impl List {
    /// Only listed tokens count against the room in a document.
    fn add(&mut self, token: (Timestamp, TokenId), now: Timestamp) {
        if self.listed(now).len() >= MAX_FEED_ENTRIES {
            self.leave_out(token.0);
            return;
        }
        let place = self.tokens.partition_point(|other| *other < token);
        self.tokens.insert(place, token);
        if self.tokens.len() > MOST_KEPT {
            // At least half of them are not listed: those that expired first go, many at once.
            let expired_last = self.tokens[MOST_KEPT / 4 - 1].0;
            self.tokens.drain(..MOST_KEPT / 4);
            self.leave_out(expired_last);
        }
    }

    fn listed(&self, now: Timestamp) -> &[(Timestamp, TokenId)] {
        let first = self.tokens.partition_point(|(expires_at, _)| !is_listed(*expires_at, now));
        &self.tokens[first..]
    }

    fn leave_out(&mut self, expires_at: Timestamp) {
        self.unlisted_until = self.unlisted_until.max(Some(expires_at));
    }

    fn forget_expired_before(&mut self, end: Timestamp) {
        let gone = self.tokens.partition_point(|(expires_at, _)| *expires_at < end);
        self.tokens.drain(..gone);
        let room = self.tokens.len() * 2;
        self.tokens.shrink_to(room);
        self.unlisted_until = self.unlisted_until.filter(|until| *until >= end);
    }
}

/// Whether a token that expires then may be taken for a live one.
fn is_listed(expires_at: Timestamp, now: Timestamp) -> bool {
    expires_at >= now.before(SKEW)
}

/// A token stays listed for this long after its expiry: the clock of an API that reads the list may be behind.
const SKEW: Duration = Duration::from_mins(5);
/// Listed tokens and those that are no longer: less than a megabyte for each audience.
const MOST_KEPT: usize = 2 * MAX_FEED_ENTRIES;

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
    fn a_list_that_is_full_is_not_whole_until_what_it_left_out_has_expired() {
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
    fn what_is_no_longer_listed_makes_room() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..MAX_FEED_ENTRIES {
            lists.add(revoked(number, 1_000, Some(ONE)), now);
        }
        lists.add(revoked(MAX_FEED_ENTRIES, 9_000, Some(ONE)), Timestamp::from_unix(1_301));
        assert_eq!(of(&lists, &[ONE], 1_301), (1, false));
    }

    #[test]
    fn lists_that_are_too_long_together_are_not_whole() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..MAX_FEED_ENTRIES {
            lists.add(revoked(number, 9_000, Some(ONE)), now);
        }
        lists.add(revoked(MAX_FEED_ENTRIES, 9_000, Some(OTHER)), now);
        assert_eq!(of(&lists, &[ONE, OTHER], 0), (MAX_FEED_ENTRIES, true));
        assert_eq!(of(&lists, &[OTHER], 0), (1, false));
    }

    #[test]
    fn a_hundred_thousand_revocations_leave_ten_thousand_and_their_end() {
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
        lists.forget_expired_before(at(7_200).before(Duration::from_hours(25)));
        assert_eq!(of(&lists, &[ONE], 7_200), (0, false));
        for number in 0..MAX_FEED_ENTRIES {
            lists.add(revoked(MAX_FEED_ENTRIES + number, 9_000, Some(ONE)), at(7_200));
        }
        assert_eq!(of(&lists, &[ONE], 7_200), (MAX_FEED_ENTRIES, false));
        assert_eq!(of(&lists, &[ONE], 0), (MAX_FEED_ENTRIES, true), "twice as many as there is room for");
    }

    #[test]
    fn a_list_that_was_not_whole_is_not_whole_when_the_clock_is_right_again() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..=MAX_FEED_ENTRIES {
            lists.add(revoked(number, 3_600, Some(ONE)), now);
        }
        lists.forget_expired_before(Timestamp::from_unix(7_200).before(Duration::from_hours(25)));
        lists.add(revoked(MAX_FEED_ENTRIES + 1, 9_000, Some(ONE)), Timestamp::from_unix(7_200));
        assert_eq!(of(&lists, &[ONE], 7_200), (1, false));
        assert_eq!(of(&lists, &[ONE], 0), (MAX_FEED_ENTRIES, true));
    }

    /// Tokens of a minute, one a second revoked: many more expire within 25 hours than a list keeps.
    #[test]
    fn a_list_keeps_no_more_expired_tokens_than_listed_ones_and_says_what_it_lost() {
        let lists = RevokedByAudience::default();
        for second in 0..90_000_i64 {
            let number = usize::try_from(second).unwrap();
            lists.add(revoked(number, second + 60, Some(ONE)), Timestamp::from_unix(second));
        }
        let kept = lists.0.read().unwrap()[&Some(ONE.parse().unwrap())].tokens.len();
        assert!((MAX_FEED_ENTRIES..=MOST_KEPT).contains(&kept), "{kept}");
        assert_eq!(of(&lists, &[ONE], 90_000), (360, false));
        // Two hours back all are there, and two days back the list says that it is not whole.
        assert_eq!(of(&lists, &[ONE], 90_000 - 7_200), (7_560, false));
        assert!(of(&lists, &[ONE], 0).1);
    }

    #[test]
    fn lists_of_nothing_but_long_expired_tokens_are_forgotten() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        lists.add(revoked(1, 1_000, Some(ONE)), now);
        lists.add(revoked(2, 1_000, None), now);
        lists.forget_expired_before(Timestamp::from_unix(1_000));
        assert_eq!(of(&lists, &[ONE], 1_300), (2, false));
        lists.forget_expired_before(Timestamp::from_unix(1_001));
        assert!(lists.0.read().unwrap().is_empty());
    }

    const ONE: &str = "https://one.example.com";
    const OTHER: &str = "https://other.example.com";
}
