//! What a credential may do less than its account.

use ipnet::IpNet;
use jeton_protocol::Scope;

use super::{CallerAddress, Resource};

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
    pub fn admits_address(&self, address: CallerAddress) -> bool {
        admits(&self.allow_cidr, address)
    }
}

/// Whether a list of networks lets a caller in. An empty list lets every caller in, any other one no unknown address.
pub(super) fn admits(networks: &[IpNet], address: CallerAddress) -> bool {
    networks.is_empty() || address.is_in(networks)
}
