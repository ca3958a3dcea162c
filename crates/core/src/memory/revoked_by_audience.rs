//! The revoked tokens by audience: the part of the revocation feed about single tokens.

use std::collections::{BTreeSet, HashMap};
use std::sync::{PoisonError, RwLock};

use jeton_protocol::{MAX_FEED_ENTRIES, ResourceUri, Truncation};

use crate::memory::name_digest::name_digest;
use crate::memory::token_list::{Excess, RevokedToken, TokenList};
use crate::model::{Timestamp, TokenId};
use crate::store::ListedRevocation;

/// A list for each audience, and one for tokens whose audience is unknown.
#[derive(Debug, Default)]
pub(crate) struct RevokedByAudience(RwLock<HashMap<Option<ResourceUri>, TokenList>>);

/// The revoked tokens of some audiences.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct RevokedTokenList {
    /// The tokens with their expiry, ordered by id.
    pub(crate) tokens: Vec<(TokenId, Timestamp)>,
    /// The accounts that have more revoked tokens than listed.
    pub(crate) truncation: Truncation,
}

impl RevokedByAudience {
    /// Adds a token. It must not be in any list yet.
    pub(crate) fn add(&self, revoked: ListedRevocation, now: Timestamp) {
        let ListedRevocation { token: id, client_id, expires_at, audience } = revoked;
        let token = RevokedToken { expires_at, id, account: name_digest(client_id.as_str()) };
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        lists.entry(audience).or_default().add(token, now);
    }

    /// The tokens for `audiences` that a reader may still accept at `now`, and those whose audience is unknown.
    pub(crate) fn of(&self, audiences: &BTreeSet<ResourceUri>, now: Timestamp) -> RevokedTokenList {
        let (mut tokens, mut truncation) = self.copy(audiences, now);
        let excess = tokens.len().saturating_sub(MAX_FEED_ENTRIES);
        if excess > 0 {
            tokens.sort_unstable();
            let mut excess = Excess::of(&tokens, 1, excess);
            let left_out = tokens.extract_if(.., |token| excess.take(token.account));
            truncation = truncation.and(Truncation::of(left_out.map(|token| token.account).collect()));
        }
        let mut tokens: Vec<_> = tokens.into_iter().map(|token| (token.id, token.expires_at)).collect();
        tokens.sort_unstable();
        RevokedTokenList { tokens, truncation }
    }

    /// Removes tokens that expired before `end`.
    pub(crate) fn remove_expired_before(&self, end: Timestamp) {
        let mut lists = self.0.write().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, list| {
            list.remove_expired_before(end);
            !list.is_empty()
        });
    }

    /// The lists together. Only this holds the lock, because revocations wait for it.
    fn copy(&self, audiences: &BTreeSet<ResourceUri>, now: Timestamp) -> (Vec<RevokedToken>, Truncation) {
        let lists = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let keys = audiences.iter().cloned().map(Some).chain([None]);
        let (mut tokens, mut truncation) = (Vec::new(), Truncation::None);
        for list in keys.filter_map(|key| lists.get(&key)) {
            tokens.extend_from_slice(list.listed(now));
            truncation = truncation.and(list.truncation(now));
        }
        (tokens, truncation)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn revoked(number: usize, expires_at: i64, audience: Option<&str>) -> ListedRevocation {
        revoked_of("client", number, expires_at, audience)
    }

    fn revoked_of(
        client_id: &str,
        number: usize,
        expires_at: i64,
        audience: Option<&str>,
    ) -> ListedRevocation {
        ListedRevocation {
            client_id: client_id.parse().unwrap(),
            token: TokenId::from_bytes(u128::try_from(number).unwrap().to_be_bytes()),
            expires_at: Timestamp::from_unix(expires_at),
            audience: audience.map(|uri| uri.parse().unwrap()),
        }
    }

    fn of(lists: &RevokedByAudience, audiences: &[&str], now: i64) -> (usize, bool) {
        let found = found(lists, audiences, now);
        (found.tokens.len(), found.truncation != Truncation::None)
    }

    fn found(lists: &RevokedByAudience, audiences: &[&str], now: i64) -> RevokedTokenList {
        let audiences = audiences.iter().map(|uri| uri.parse().unwrap()).collect();
        lists.of(&audiences, Timestamp::from_unix(now))
    }

    fn accounts<'a>(names: impl IntoIterator<Item = &'a str>) -> Truncation {
        Truncation::Accounts(names.into_iter().map(name_digest).collect())
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
        assert_eq!(lists.0.read().unwrap()[&Some(ONE.parse().unwrap())].len(), MAX_FEED_ENTRIES);
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
        let kept = lists.0.read().unwrap()[&Some(ONE.parse().unwrap())].len();
        assert!((MAX_FEED_ENTRIES..=2 * MAX_FEED_ENTRIES).contains(&kept), "{kept}");
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

    #[test]
    fn an_account_that_revokes_many_tokens_displaces_no_other_account() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..100_000 {
            lists.add(revoked_of("loud", number, 9_000, Some(ONE)), now);
            if number % 1_000 == 0 {
                let other = format!("other-{number}");
                lists.add(revoked_of(&other, 1_000_000 + number, 9_000, Some(ONE)), now);
            }
        }
        let found = found(&lists, &[ONE], 0);
        assert_eq!(found.truncation, accounts(["loud"]));
        let of_others = found.tokens.iter().filter(|(id, _)| *id >= revoked(1_000_000, 0, None).token);
        assert_eq!(of_others.count(), 100, "all of them are listed");
        assert!(found.tokens.len() > MAX_FEED_ENTRIES * 8 / 10, "{}", found.tokens.len());
    }

    #[test]
    fn if_no_account_has_many_tokens_only_those_that_did_not_fit_are_named() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..MAX_FEED_ENTRIES + 2 {
            lists.add(revoked_of(&format!("client-{number}"), number, 9_000, Some(ONE)), now);
        }
        assert_eq!(found(&lists, &[ONE], 0).truncation, accounts(["client-10000", "client-10001"]));
    }

    #[test]
    fn too_many_accounts_that_do_not_fit_truncate_the_list_for_all() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..=2 * MAX_FEED_ENTRIES {
            lists.add(revoked_of(&format!("client-{number}"), number, 9_000, Some(ONE)), now);
        }
        assert_eq!(found(&lists, &[ONE], 0).truncation, Truncation::All);
        assert_eq!(found(&lists, &[ONE], 9_301).truncation, Truncation::None);
    }

    #[test]
    fn lists_that_are_too_long_together_name_the_account_with_the_most_tokens() {
        let (lists, now) = (RevokedByAudience::default(), Timestamp::from_unix(0));
        for number in 0..MAX_FEED_ENTRIES {
            lists.add(revoked_of("loud", number, 9_000, Some(ONE)), now);
        }
        for (number, audience) in [Some(OTHER), None].into_iter().enumerate() {
            lists.add(revoked_of("quiet", MAX_FEED_ENTRIES + number, 9_000, audience), now);
        }
        let found = found(&lists, &[ONE, OTHER], 0);
        assert_eq!((found.tokens.len(), found.truncation), (MAX_FEED_ENTRIES, accounts(["loud"])));
        assert_eq!(of(&lists, &[OTHER], 0), (2, false));
    }

    const ONE: &str = "https://one.example.com";
    const OTHER: &str = "https://other.example.com";
}
