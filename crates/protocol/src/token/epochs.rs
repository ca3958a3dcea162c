//! The three revocation epochs of a token.
//!
//! This module decides when a token's epochs are outdated. It must not know where the current epochs come from.

use serde::{Deserialize, Serialize};

/// The epochs of region, tenant and account. Raising one revokes all tokens that were issued before.
///
/// On the wire an array of three integers in that order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "[i64; 3]", into = "[i64; 3]")]
pub struct Epochs {
    /// Of the region.
    pub region: i64,
    /// Of the tenant.
    pub tenant: i64,
    /// Of the account.
    pub account: i64,
}

impl Epochs {
    /// Whether any of the three is lower than the current one: then the token is revoked.
    ///
    /// A higher epoch only means that this node does not know the latest change yet. Never compare an epoch with `iat`:
    /// because of whole seconds and clock skew, a revoked token could be accepted.
    #[must_use]
    pub const fn is_older_than(self, current: Self) -> bool {
        self.region < current.region || self.tenant < current.tenant || self.account < current.account
    }
}

impl From<[i64; 3]> for Epochs {
    fn from([region, tenant, account]: [i64; 3]) -> Self {
        Self { region, tenant, account }
    }
}

impl From<Epochs> for [i64; 3] {
    fn from(epochs: Epochs) -> Self {
        [epochs.region, epochs.tenant, epochs.account]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CURRENT: Epochs = Epochs { region: 5, tenant: 5, account: 5 };

    #[test]
    fn any_lower_epoch_makes_a_token_older_even_when_others_are_higher() {
        assert!(Epochs { region: 4, tenant: 9, account: 9 }.is_older_than(CURRENT));
        assert!(Epochs { region: 9, tenant: 4, account: 9 }.is_older_than(CURRENT));
        assert!(Epochs { region: 9, tenant: 9, account: 4 }.is_older_than(CURRENT));
    }

    #[test]
    fn equal_and_higher_epochs_are_not_older() {
        assert!(!CURRENT.is_older_than(CURRENT));
        assert!(!Epochs { region: 6, tenant: 5, account: 5 }.is_older_than(CURRENT));
    }

    #[test]
    fn the_wire_form_is_region_tenant_account() {
        let epochs = Epochs { region: 1, tenant: 2, account: 3 };
        assert_eq!(serde_json::to_string(&epochs).unwrap(), "[1,2,3]");
        assert_eq!(serde_json::from_str::<Epochs>("[1,2,3]").unwrap(), epochs);
        assert!(serde_json::from_str::<Epochs>("[1,2]").is_err());
        assert!(serde_json::from_str::<Epochs>("[1,2,3,4]").is_err());
    }
}
