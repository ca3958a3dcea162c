//! A page of a list of accounts.

use crate::request::AccountCursor;

/// A page of accounts, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountList<A> {
    /// The accounts.
    pub accounts: Vec<A>,
    /// How many accounts the filter finds on all pages, if that was asked and is known: in a region with a few thousand
    /// accounts.
    pub total: Option<u64>,
    /// Where the next page begins. `None`: there is no other page.
    pub next: Option<AccountCursor>,
}

impl<A> AccountList<A> {
    /// The same page with each account in another form.
    pub fn map<B>(self, form: impl FnMut(A) -> B) -> AccountList<B> {
        let Self { accounts, total, next } = self;
        AccountList { accounts: accounts.into_iter().map(form).collect(), total, next }
    }
}
