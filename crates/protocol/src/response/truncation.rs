//! Which revoked tokens a document of the revocation feed may lack.
//!
//! On the wire, these are two members of the document. `truncated` is true if any token may be missing.
//! `truncated_accounts` names the accounts; without it, tokens of every account may be missing. A reader that does not
//! know the second member acts as if it were absent.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::NameDigest;
use crate::response::revocation_feed::MAX_FEED_ENTRIES;

/// The accounts with revoked tokens that did not fit in a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Members", into = "Members")]
pub enum Truncation {
    /// The document has all revoked tokens.
    #[default]
    None,
    /// It may lack tokens of these accounts, at least one and at most [`MAX_FEED_ENTRIES`].
    Accounts(BTreeSet<NameDigest>),
    /// It may lack tokens of any account.
    All,
}

impl Truncation {
    /// Tokens of these accounts did not fit. If there are too many to be named, this concerns all accounts.
    #[must_use]
    pub fn of(accounts: BTreeSet<NameDigest>) -> Self {
        match accounts.len() {
            0 => Self::None,
            1..=MAX_FEED_ENTRIES => Self::Accounts(accounts),
            _ => Self::All,
        }
    }

    /// What may be missing in a document of two parts.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::All, _) | (_, Self::All) => Self::All,
            (Self::None, other) | (other, Self::None) => other,
            (Self::Accounts(mut accounts), Self::Accounts(others)) => {
                accounts.extend(others);
                Self::of(accounts)
            }
        }
    }

    /// Whether a revoked token of `account` may be missing.
    #[must_use]
    pub fn affects(&self, account: NameDigest) -> bool {
        match self {
            Self::None => false,
            Self::Accounts(accounts) => accounts.contains(&account),
            Self::All => true,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Members {
    truncated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    truncated_accounts: Option<BTreeSet<NameDigest>>,
}

impl From<Members> for Truncation {
    fn from(Members { truncated, truncated_accounts }: Members) -> Self {
        match truncated_accounts {
            _ if !truncated => Self::None,
            // Never fewer than the document says: an empty list would contradict `truncated`.
            Some(accounts) if !accounts.is_empty() => Self::Accounts(accounts),
            _ => Self::All,
        }
    }
}

impl From<Truncation> for Members {
    fn from(truncation: Truncation) -> Self {
        let truncated = truncation != Truncation::None;
        let truncated_accounts = match truncation {
            Truncation::Accounts(accounts) => Some(accounts),
            Truncation::None | Truncation::All => None,
        };
        Self { truncated, truncated_accounts }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(number: u16) -> NameDigest {
        let mut sha256 = [0; 32];
        sha256[..2].copy_from_slice(&number.to_be_bytes());
        NameDigest::from_sha256(&sha256)
    }

    fn accounts(numbers: std::ops::Range<u16>) -> Truncation {
        Truncation::of(numbers.map(digest).collect())
    }

    #[test]
    fn on_the_wire_it_is_two_members() {
        for (truncation, text) in [
            (Truncation::None, r#"{"truncated":false}"#),
            (
                accounts(1..3),
                r#"{"truncated":true,"truncated_accounts":["AAEAAAAAAAAAAAAA","AAIAAAAAAAAAAAAA"]}"#,
            ),
            (Truncation::All, r#"{"truncated":true}"#),
        ] {
            assert_eq!(serde_json::to_string(&truncation).unwrap(), text);
            assert_eq!(serde_json::from_str::<Truncation>(text).unwrap(), truncation);
        }
    }

    #[test]
    fn a_contradiction_concerns_all_accounts() {
        for text in [
            r#"{"truncated":true,"truncated_accounts":[]}"#,
            r#"{"truncated":true,"truncated_accounts":null}"#,
        ] {
            assert_eq!(serde_json::from_str::<Truncation>(text).unwrap(), Truncation::All);
        }
        for text in ["{}", r#"{"truncated_accounts":[]}"#, r#"{"truncated":true,"truncated_accounts":["x"]}"#]
        {
            assert!(serde_json::from_str::<Truncation>(text).is_err(), "{text}");
        }
    }

    #[test]
    fn it_affects_the_accounts_that_it_names() {
        assert!(accounts(1..3).affects(digest(1)) && !accounts(1..3).affects(digest(3)));
        assert!(Truncation::All.affects(digest(1)) && !Truncation::None.affects(digest(1)));
    }

    #[test]
    fn two_parts_lack_what_either_lacks() {
        assert_eq!(accounts(1..3).and(accounts(2..4)), accounts(1..4));
        assert_eq!(accounts(1..3).and(Truncation::None), accounts(1..3));
        assert_eq!(Truncation::None.and(Truncation::All), Truncation::All);
        assert_eq!(accounts(0..10_000).and(accounts(9_000..10_000)), accounts(0..10_000));
        assert_eq!(accounts(0..10_000).and(accounts(9_999..10_001)), Truncation::All);
    }
}
