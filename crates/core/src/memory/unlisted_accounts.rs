//! The accounts with revoked tokens that did not fit in a list, until these tokens have expired.
//!
//! It must not know which tokens they are: those tokens are in no list.

use std::collections::HashMap;

use jeton_protocol::{MAX_FEED_ENTRIES, NameDigest, Truncation};

use crate::model::Timestamp;

/// The accounts, and whether there are more than can be named.
#[derive(Debug, Default)]
pub(crate) struct UnlistedAccounts {
    /// The latest expiry of the tokens of each account that did not fit.
    until: HashMap<NameDigest, Timestamp>,
    /// The latest expiry of those tokens whose account did not fit either.
    others_until: Option<Timestamp>,
}

impl UnlistedAccounts {
    /// Adds a token of `account` that does not fit.
    pub(crate) fn add(&mut self, account: NameDigest, expires_at: Timestamp) {
        let until = self.until.entry(account).or_insert(expires_at);
        *until = expires_at.max(*until);
        if self.until.len() > MAX_FEED_ENTRIES {
            self.remove_earliest();
        }
    }

    /// The accounts with a token that expires at `since` or later.
    pub(crate) fn since(&self, since: Timestamp) -> Truncation {
        if self.others_until.is_some_and(|until| until >= since) {
            return Truncation::All;
        }
        let named = self.until.iter().filter(|(_, until)| **until >= since);
        Truncation::of(named.map(|(account, _)| *account).collect())
    }

    /// Whether a further token of `account` changes nothing that [`Self::since`] says.
    pub(crate) fn covers(&self, account: NameDigest, since: Timestamp) -> bool {
        let until = self.until.get(&account).copied().max(self.others_until);
        until.is_some_and(|until| until >= since)
    }

    pub(crate) fn remove_expired_before(&mut self, end: Timestamp) {
        self.until.retain(|_, until| *until >= end);
        self.until.shrink_to(self.until.len() * 2);
        self.others_until = self.others_until.filter(|until| *until >= end);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.until.is_empty() && self.others_until.is_none()
    }

    /// Removes many at once, because finding the earliest ones takes a while.
    fn remove_earliest(&mut self) {
        let mut ends: Vec<Timestamp> = self.until.values().copied().collect();
        let (_, last, _) = ends.select_nth_unstable(MAX_FEED_ENTRIES / 4);
        let last = *last;
        self.others_until = self.others_until.max(Some(last));
        self.until.retain(|_, until| *until > last);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::memory::name_digest::name_digest;

    fn account(number: usize) -> NameDigest {
        name_digest(&number.to_string())
    }

    fn at(unix: i64) -> Timestamp {
        Timestamp::from_unix(unix)
    }

    #[test]
    fn an_account_is_named_until_its_last_token_has_expired() {
        let mut accounts = UnlistedAccounts::default();
        accounts.add(account(1), at(100));
        accounts.add(account(1), at(50));
        accounts.add(account(2), at(70));
        assert_eq!(accounts.since(at(70)), Truncation::Accounts(BTreeSet::from([account(1), account(2)])));
        assert_eq!(accounts.since(at(100)), Truncation::Accounts(BTreeSet::from([account(1)])));
        assert_eq!(accounts.since(at(101)), Truncation::None);
        accounts.remove_expired_before(at(101));
        assert!(accounts.is_empty());
    }

    #[test]
    fn too_many_accounts_concern_all_and_expired_ones_make_room_first() {
        let mut accounts = UnlistedAccounts::default();
        for number in 0..MAX_FEED_ENTRIES {
            let end = if number < MAX_FEED_ENTRIES / 2 { 50 } else { 100 };
            accounts.add(account(number), at(end));
        }
        accounts.add(account(MAX_FEED_ENTRIES), at(100));
        assert_eq!(accounts.since(at(50)), Truncation::All);
        let Truncation::Accounts(named) = accounts.since(at(51)) else { panic!("not named") };
        assert_eq!(named.len(), MAX_FEED_ENTRIES / 2 + 1);
    }
}
