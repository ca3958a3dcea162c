//! What a credential may request.

use std::borrow::Cow;

use jeton_protocol::Scope;

use crate::model::{Account, Resource, Restriction};

/// The rights of a credential: the grants of its account, limited by its restriction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CredentialRights<'a> {
    pub(crate) account: &'a Account,
    pub(crate) restriction: &'a Restriction,
}

impl<'a> CredentialRights<'a> {
    /// The largest scope that a token for `resource` may have: the scopes that the account is granted there and the
    /// credential allows, including implied ones. `None` if there are none.
    pub(crate) fn max_scope_on(self, resource: &Resource) -> Option<Cow<'a, Scope>> {
        resource.narrow(self.restriction, self.account.grants.get(&resource.uri)?)
    }
}
