//! The revoked tokens once more, by audience: what the revocation feed lists.
//!
//! No list grows beyond what a document has room for. A token too many is only counted in the list's end: until it is
//! over, the list is not whole, and says so.

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
    tokens: Vec<(TokenId, Timestamp)>,
    /// When the first of them expires: before that, looking for room finds none.
    first_end: Option<Timestamp>,
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
        let list = lists.entry(audience).or_default();
        if list.tokens.len() >= MAX_FEED_ENTRIES {
            list.forget_expired(now);
        }
        if list.tokens.len() < MAX_FEED_ENTRIES {
            list.tokens.push((token, expires_at));
            list.first_end = list.first_end.into_iter().chain([expires_at]).min();
        } else {
            list.unlisted_until = list.unlisted_until.max(Some(expires_at));
        }
    }

    /// The tokens for `audiences` that may be taken for live ones at `now`, with those that may be for anybody.
    pub(crate) fn of(&self, audiences: &BTreeSet<ResourceUri>, now: Timestamp) -> RevokedFor {
        let lists = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let keys = audiences.iter().cloned().map(Some).chain([None]);
        let mut found = RevokedFor::default();
        for list in keys.filter_map(|key| lists.get(&key)) {
            found.tokens.extend(list.tokens.iter().filter(|(_, expires_at)| !is_over(*expires_at, now)));
            found.truncated |= list.unlisted_until.is_some_and(|end| !is_over(end, now));
        }
        drop(lists);
        found.tokens.sort_unstable();
        found.truncated |= found.tokens.len() > MAX_FEED_ENTRIES;
        found.tokens.truncate(MAX_FEED_ENTRIES);
        found
    }

    /// Forgets tokens that nobody takes for live ones any more.
    pub(crate) fn forget_expired(&self, now: Timestamp) {
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, list| {
            list.forget_expired(now);
            !list.tokens.is_empty() || list.unlisted_until.is_some()
        });
    }
}

impl List {
    fn forget_expired(&mut self, now: Timestamp) {
        if self.first_end.is_some_and(|end| is_over(end, now)) {
            self.tokens.retain(|(_, expires_at)| !is_over(*expires_at, now));
            self.first_end = self.tokens.iter().map(|(_, expires_at)| *expires_at).min();
        }
        self.unlisted_until = self.unlisted_until.filter(|end| !is_over(*end, now));
    }
}

fn is_over(expires_at: Timestamp, now: Timestamp) -> bool {
    expires_at < now.before(SKEW)
}

/// A token stays listed for this long after its expiry: the clock of whoever reads the list may be behind.
const SKEW: Duration = Duration::from_mins(5);

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
    fn what_has_expired_makes_room() {
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
    fn a_million_revocations_leave_ten_thousand_and_their_end() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..1_000_000 {
            lists.add(revoked(number, 9_000, Some(ONE)), now);
        }
        assert_eq!(lists.0.read().unwrap()[&Some(ONE.parse().unwrap())].tokens.len(), MAX_FEED_ENTRIES);
        assert_eq!(of(&lists, &[ONE], 0), (MAX_FEED_ENTRIES, true));
    }

    #[test]
    fn lists_of_nothing_but_expired_tokens_are_forgotten() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        lists.add(revoked(1, 1_000, Some(ONE)), now);
        lists.add(revoked(2, 1_000, None), now);
        lists.forget_expired(Timestamp::from_unix(1_300));
        assert_eq!(of(&lists, &[ONE], 1_300), (2, false));
        lists.forget_expired(Timestamp::from_unix(1_301));
        assert!(lists.0.read().unwrap().is_empty());
    }

    const ONE: &str = "https://one.example.com";
    const OTHER: &str = "https://other.example.com";
}
