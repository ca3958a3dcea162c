//! What a credential may do less than its account.

use std::net::IpAddr;

use ipnet::IpNet;
use jeton_protocol::Scope;

use super::Resource;

/// Narrows the account for whoever uses one of its credentials; it can never widen it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restriction {
    /// What tokens got with it have at most, whatever the resource; nothing: all that the account is granted.
    pub scope: Option<Scope>,
    /// Where it may be used from, within the account's own networks; empty: from anywhere.
    pub allow_cidr: Vec<IpNet>,
}

impl Restriction {
    /// What is left of `granted` on `resource`, with all that both sides imply written out; nothing if nothing is.
    #[must_use]
    pub fn narrow(&self, resource: &Resource, granted: &Scope) -> Option<Scope> {
        let everything = resource.with_implied(granted);
        match &self.scope {
            None => Some(everything),
            Some(most) => everything.intersection(&resource.with_implied(most)),
        }
    }

    /// Whether a call may come from `address`.
    #[must_use]
    pub fn admits_address(&self, address: IpAddr) -> bool {
        contains_address(&self.allow_cidr, address)
    }
}

/// Whether `networks` let `address` in; none at all let everyone in.
pub(super) fn contains_address(networks: &[IpNet], address: IpAddr) -> bool {
    networks.is_empty() || networks.iter().any(|network| network.contains(&address))
}
