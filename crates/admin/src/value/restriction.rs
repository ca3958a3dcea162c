//! Limits of a single credential, in addition to those of its account.

use ipnet::IpNet;
use jeton_protocol::Scope;
use serde::{Deserialize, Serialize};

use super::CallerAddress;

/// Restricts requests that use a credential. A restriction can only remove rights of the account, never add any.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Restriction {
    /// The scopes that its tokens may have, on any resource; `None`: all scopes that the account is granted.
    pub scope: Option<Scope>,
    /// The networks it may be used from, in addition to the account's own list; empty: any.
    pub allow_cidr: Vec<IpNet>,
}

impl Restriction {
    /// Whether requests from `address` are allowed.
    #[must_use]
    pub fn admits_address(&self, address: CallerAddress) -> bool {
        address.is_admitted_by(&self.allow_cidr)
    }
}
