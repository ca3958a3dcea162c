//! Limits of a single credential, in addition to those of its account.

use ipnet::IpNet;
use jeton_protocol::Scope;

use super::{CallerAddress, Resource};

/// Restricts requests that use a credential. A restriction can only remove rights of the account, never add any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restriction {
    /// The scopes that its tokens may have, on any resource; `None`: all scopes that the account is granted.
    pub scope: Option<Scope>,
    /// The networks it may be used from, in addition to the account's own list; empty: any.
    pub allow_cidr: Vec<IpNet>,
}

impl Restriction {
    /// The intersection of `granted` and the restriction on `resource`, with the implied scopes of both; `None` if it
    /// is empty.
    #[must_use]
    pub fn narrow(&self, resource: &Resource, granted: &Scope) -> Option<Scope> {
        let all_granted = resource.with_implied(granted);
        match &self.scope {
            None => Some(all_granted),
            Some(allowed) => all_granted.intersection(&resource.with_implied(allowed)),
        }
    }

    /// Whether requests from `address` are allowed.
    #[must_use]
    pub fn admits_address(&self, address: CallerAddress) -> bool {
        admits(&self.allow_cidr, address)
    }
}

/// Whether a list of networks allows a caller. An empty list allows every caller. Any other list refuses unknown
/// addresses.
pub(super) fn admits(networks: &[IpNet], address: CallerAddress) -> bool {
    networks.is_empty() || address.is_in(networks)
}
