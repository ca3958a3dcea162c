//! Compares an account to import with the stored account of the same id.

use std::collections::BTreeSet;

use ipnet::IpNet;

use crate::model::Account;

/// The first value that an import sets and in which the accounts differ. Credentials are not compared.
pub(super) fn difference(wanted: &Account, stored: &Account) -> Option<&'static str> {
    let differences = [
        ("name", wanted.name != stored.name),
        ("tenant", wanted.tenant.name != stored.tenant.name),
        ("description", wanted.details.description != stored.details.description),
        ("owner", wanted.details.owner != stored.details.owner),
        ("set of labels", wanted.details.labels != stored.details.labels),
        ("set of grants", wanted.grants != stored.grants),
        ("set of introspection rights", wanted.introspects != stored.introspects),
        ("set of networks", networks(wanted) != networks(stored)),
        ("token lifetime", wanted.token_ttl != stored.token_ttl),
        ("expiry", wanted.expires_at != stored.expires_at),
    ];
    differences.into_iter().find(|(_, differ)| *differ).map(|(what, _)| what)
}

/// Without the bits that do not count, which not every store keeps.
fn networks(account: &Account) -> BTreeSet<IpNet> {
    account.allow_cidr.iter().map(IpNet::trunc).collect()
}
