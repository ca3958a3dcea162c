//! Which accounts to list, and in which order.

use std::fmt;

use jeton_protocol::{ClientId, ResourceUri, ScopeName};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::value::{Labels, TenantName, Timestamp};

/// Which accounts to list. Every condition that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountFilter {
    /// Part of the name; ASCII letters in either case.
    pub name: Option<String>,
    /// The tenant that owns it.
    pub tenant: Option<TenantName>,
    /// Whether it can get tokens, or why not.
    pub state: Option<StateFilter>,
    /// A resource on which it has a grant.
    pub resource: Option<ResourceUri>,
    /// A scope that it is granted, on `resource` if that is set.
    pub scope: Option<ScopeName>,
    /// Labels that it has.
    pub labels: Labels,
}

/// The states by which accounts are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateFilter {
    /// It can get tokens.
    Enabled,
    /// It is disabled.
    Disabled,
    /// It is enabled and has expired.
    Expired,
    /// It is enabled and not expired, but its tenant is disabled or may have no accounts.
    Blocked,
}

impl StateFilter {
    /// The state as one word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Expired => "expired",
            Self::Blocked => "blocked",
        }
    }
}

/// The order of a list of accounts. Equal ones follow each other by client id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountSort {
    /// By client id.
    #[default]
    Id,
    /// By name.
    Name,
    /// The newest first.
    Created,
    /// The one used last first; those never used at the end.
    LastUsed,
}

/// A page of accounts.
///
/// A page looks through a limited number of accounts, so that it is quick for every filter. It may therefore have fewer
/// accounts than its limit, even none, and still have a next page.
#[derive(Debug, Clone, Default)]
pub struct AccountPage {
    /// Which accounts.
    pub filter: AccountFilter,
    /// In which order.
    pub sort: AccountSort,
    /// Only accounts after this position.
    pub after: Option<AccountCursor>,
    /// The maximum number of accounts.
    pub limit: u32,
    /// Also count all accounts that the filter finds.
    pub count: bool,
}

/// A position in a list of accounts: that of its last account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountCursor {
    /// When the account was created or last used, in lists that are sorted by it. 0: never used.
    pub at: Option<Timestamp>,
    /// The client id.
    pub client_id: ClientId,
}

impl AccountCursor {
    /// Reads the text form, in a list with this order.
    ///
    /// # Errors
    /// [`InvalidCursor`] if the text is not the cursor of such a list.
    pub fn parse(sort: AccountSort, text: &str) -> Result<Self, InvalidCursor> {
        let (at, id) = match sort {
            AccountSort::Id | AccountSort::Name => (None, text),
            AccountSort::Created | AccountSort::LastUsed => {
                let (seconds, id) = text.split_once('.').ok_or(InvalidCursor)?;
                (Some(Timestamp::from_unix(seconds.parse().map_err(|_| InvalidCursor)?)), id)
            }
        };
        Ok(Self { at, client_id: id.parse().map_err(|_| InvalidCursor)? })
    }
}

impl fmt::Display for AccountCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some(at) => write!(f, "{}.{}", at.unix(), self.client_id),
            None => write!(f, "{}", self.client_id),
        }
    }
}

/// The text is not a position in a list of this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("not a position in a list with this order; copy it from the end of the previous page")]
pub struct InvalidCursor;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_in_its_order() {
        let id = AccountCursor { at: None, client_id: "a.b".parse().unwrap() };
        assert_eq!(AccountCursor::parse(AccountSort::Name, &id.to_string()), Ok(id));
        let created = AccountCursor { at: Some(Timestamp::from_unix(7)), client_id: "a.b".parse().unwrap() };
        assert_eq!(created.to_string(), "7.a.b");
        assert_eq!(AccountCursor::parse(AccountSort::Created, "7.a.b"), Ok(created));
    }

    #[test]
    fn a_cursor_of_another_order_is_refused() {
        for text in ["sa_us_x", "x.sa_us_x", "7.", ""] {
            assert_eq!(AccountCursor::parse(AccountSort::LastUsed, text), Err(InvalidCursor), "{text}");
        }
    }
}
