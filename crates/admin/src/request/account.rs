//! Requests about accounts.

use std::collections::BTreeSet;
use std::time::Duration;

use ipnet::IpNet;
use jeton_protocol::ResourceUri;
use serde::{Deserialize, Serialize};

use super::{Change, Entitlement, seconds};
use crate::value::{AccountDetails, AccountName, Labels, TenantName};

/// The settings of a new account.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// The name, unique within the tenant.
    pub name: AccountName,
    /// The tenant that owns it.
    pub tenant: TenantName,
    /// Its grants and introspection rights; must not be empty.
    pub entitlement: Entitlement,
    /// The lifetime of its tokens, 1 s to 24 h.
    #[serde(default, with = "seconds")]
    pub token_ttl: Option<Duration>,
    /// When it expires, counted from now.
    #[serde(default, with = "seconds")]
    pub expires_in: Option<Duration>,
    /// The networks it may call from; empty: any.
    #[serde(default)]
    pub allow_cidr: Vec<IpNet>,
    /// When its first secret expires, counted from now.
    #[serde(default, with = "seconds")]
    pub secret_expires_in: Option<Duration>,
    /// What people note about it.
    #[serde(default)]
    pub details: AccountDetails,
}

/// Changes to an account. `None` and [`Change::Keep`] leave a setting as it is.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccountUpdate {
    /// A new name.
    pub name: Option<AccountName>,
    /// A new token lifetime.
    #[serde(with = "seconds::change", skip_serializing_if = "Change::is_keep")]
    pub token_ttl: Change<Duration>,
    /// A new expiry, counted from now.
    #[serde(with = "seconds::change", skip_serializing_if = "Change::is_keep")]
    pub expires_in: Change<Duration>,
    /// The new list of networks; empty: any.
    pub allow_cidr: Option<Vec<IpNet>>,
    /// A new default resource.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub default_resource: Change<ResourceUri>,
    /// A new description.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub description: Change<String>,
    /// A new owner.
    #[serde(skip_serializing_if = "Change::is_keep")]
    pub owner: Change<String>,
    /// Labels to add or to change.
    pub set_labels: Labels,
    /// The keys of labels to remove.
    pub remove_labels: BTreeSet<String>,
}
