//! The revocations known from the feed. One is removed only if it affects no token any more. If there are more than fit,
//! the feed counts as truncated.

use jeton_protocol::{Epochs, NameDigest, RevocationFeed, Truncation};

use crate::feed::raised_epochs::RaisedEpochs;
use crate::feed::revoked_tokens::RevokedTokens;

/// All known revocations.
#[derive(Debug, Clone, Default)]
pub(crate) struct KnownRevocations {
    region_epoch: i64,
    tenants: RaisedEpochs,
    accounts: RaisedEpochs,
    tokens: RevokedTokens,
    truncation: Truncation,
}

/// The identifiers by which the feed can revoke a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenIdentifiers<'a> {
    pub(crate) jti: Option<&'a str>,
    pub(crate) epochs: Epochs,
    pub(crate) tenant: Option<NameDigest>,
    pub(crate) account: NameDigest,
}

impl KnownRevocations {
    /// Merges a feed document. A document from a node that lags behind never undoes a revocation.
    pub(crate) fn with(&self, feed: RevocationFeed, now: i64) -> Self {
        let mut revoked = self.clone();
        revoked.tokens.merge(feed.tokens, now);
        revoked.region_epoch = revoked.region_epoch.max(feed.region_epoch);
        revoked.tenants.merge(feed.tenants, now);
        revoked.accounts.merge(feed.accounts, now);
        let is_incomplete = revoked.tokens.is_incomplete(now)
            || revoked.tenants.is_incomplete(now)
            || revoked.accounts.is_incomplete(now);
        revoked.truncation = if is_incomplete { Truncation::All } else { feed.truncation };
        revoked
    }

    /// Whether the feed may lack revoked tokens of this account.
    pub(crate) fn is_truncated_for(&self, account: NameDigest) -> bool {
        self.truncation.affects(account)
    }

    pub(crate) fn revokes(&self, token: TokenIdentifiers<'_>) -> bool {
        let current = Epochs {
            region: self.region_epoch,
            tenant: self.tenants.of(token.tenant),
            account: self.accounts.of(Some(token.account)),
        };
        token.epochs.is_older_than(current) || token.jti.is_some_and(|jti| self.tokens.contains(jti))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jeton_protocol::RevokedJti;

    use super::*;

    fn digest(number: u8) -> NameDigest {
        NameDigest::from_sha256(&[number; 32])
    }

    fn feed() -> RevocationFeed {
        RevocationFeed {
            iss: "i".to_owned(),
            region_epoch: 5,
            tenants: BTreeMap::from([(digest(1), 7)]),
            accounts: BTreeMap::from([(digest(2), 9)]),
            tokens: vec![RevokedJti { jti: "revoked".to_owned(), exp: 100 }],
            truncation: Truncation::None,
        }
    }

    fn token(jti: &str, region: i64, tenant: i64, account: i64) -> TokenIdentifiers<'_> {
        let epochs = Epochs { region, tenant, account };
        TokenIdentifiers { jti: Some(jti), epochs, tenant: Some(digest(1)), account: digest(2) }
    }

    #[test]
    fn a_token_is_revoked_by_its_id_and_by_each_of_its_epochs() {
        let revoked = KnownRevocations::default().with(feed(), 0);
        assert!(!revoked.revokes(token("valid", 5, 7, 9)));
        assert!(!revoked.revokes(token("valid", 6, 8, 10)));
        assert!(revoked.revokes(token("revoked", 6, 8, 10)));
        assert!(revoked.revokes(token("valid", 4, 7, 9)));
        assert!(revoked.revokes(token("valid", 5, 6, 9)));
        assert!(revoked.revokes(token("valid", 5, 7, 8)));
    }

    #[test]
    fn an_epoch_of_another_account_or_tenant_has_no_effect() {
        let revoked = KnownRevocations::default().with(feed(), 0);
        let other = TokenIdentifiers { tenant: None, account: digest(3), ..token("valid", 5, 0, 0) };
        assert!(!revoked.revokes(other));
    }

    #[test]
    fn an_older_document_does_not_undo_a_revocation() {
        let old = RevocationFeed {
            region_epoch: 0,
            tenants: BTreeMap::from([(digest(1), 0)]),
            accounts: BTreeMap::new(),
            tokens: Vec::new(),
            ..feed()
        };
        let revoked = KnownRevocations::default().with(feed(), 0).with(old, 99);
        assert!(revoked.revokes(token("revoked", 5, 7, 9)));
        assert!(revoked.revokes(token("valid", 4, 7, 9)) && revoked.revokes(token("valid", 5, 6, 9)));
        assert!(revoked.revokes(token("valid", 5, 7, 8)));
    }

    #[test]
    fn a_revocation_that_does_not_fit_truncates_the_feed_until_it_affects_no_token() {
        let long = RevokedJti { jti: "x".repeat(1_000), exp: 100 };
        let revoked = KnownRevocations::default().with(RevocationFeed { tokens: vec![long], ..feed() }, 0);
        assert!(revoked.is_truncated_for(digest(2)));
        assert!(revoked.with(feed(), 99).is_truncated_for(digest(2)));
        assert!(!revoked.with(feed(), 100).is_truncated_for(digest(2)));
    }

    #[test]
    fn an_expired_token_is_removed() {
        let revoked = KnownRevocations::default().with(feed(), 0);
        let empty = RevocationFeed { tokens: Vec::new(), ..feed() };
        assert_eq!(revoked.with(empty, 100).tokens.len(), 0);
    }
}
