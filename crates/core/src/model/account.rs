//! Service accounts: confidential OAuth clients (RFC 6749 §2.1) with their grants and credentials.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ipnet::IpNet;
use jeton_protocol::{ClientId, Epochs, ResourceUri, Scope};

use super::{
    AccountDetails, AccountName, CallerAddress, Credential, CredentialId, SecretLookup, Tenant, Timestamp,
};

/// A service account with its tenant, grants and credentials: all that a token request needs, in one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The OAuth `client_id`.
    pub client_id: ClientId,
    /// The name, unique within the tenant.
    pub name: AccountName,
    /// The tenant that owns it, as of the time when the account was read.
    pub tenant: Tenant,
    /// Whether the account is enabled. If not, its requests are refused and its tokens are inactive.
    pub enabled: bool,
    /// Tokens issued under a lower epoch are invalid.
    pub epoch: i64,
    /// Its own token lifetime. Takes precedence over that of the resource and the default.
    pub token_ttl: Option<Duration>,
    /// The account expires at this second: its requests are refused from then on.
    pub expires_at: Option<Timestamp>,
    /// The networks it may call from; empty: any.
    pub allow_cidr: Vec<IpNet>,
    /// The resource of requests that do not name one.
    pub default_resource: Option<ResourceUri>,
    /// The scopes that it may request, by resource.
    pub grants: BTreeMap<ResourceUri, Scope>,
    /// The resources whose tokens it may introspect (RFC 7662).
    pub introspects: BTreeSet<ResourceUri>,
    /// Its credentials, oldest first, including revoked and expired ones.
    pub credentials: Vec<Credential>,
    /// What people note about it.
    pub details: AccountDetails,
    /// When it was created.
    pub created_at: Timestamp,
    /// The number of writes. A write that is based on an older version is refused.
    pub version: i64,
}

impl Account {
    /// The generated credential with this lookup digest, in any state.
    #[must_use]
    pub fn generated_credential(&self, lookup: &SecretLookup) -> Option<&Credential> {
        let has_lookup = |credential: &&Credential| {
            credential.secret().is_some_and(|secret| secret.lookup() == Some(lookup))
        };
        self.credentials.iter().find(has_lookup)
    }

    /// The imported secret that is active at `now`; there is at most one.
    #[must_use]
    pub fn imported_credential(&self, now: Timestamp) -> Option<&Credential> {
        self.credentials
            .iter()
            .find(|credential| credential.is_imported_secret() && credential.is_active(now))
    }

    /// The credential of this id.
    #[must_use]
    pub fn credential(&self, id: &CredentialId) -> Option<&Credential> {
        self.credentials.iter().find(|credential| &credential.id == id)
    }

    /// The credentials that authenticate at `now`.
    pub fn active_credentials(&self, now: Timestamp) -> impl Iterator<Item = &Credential> {
        self.credentials.iter().filter(move |credential| credential.is_active(now))
    }

    /// Whether the account has expired at `now`.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether the states of account and tenant allow issuing and using tokens at `now`.
    #[must_use]
    pub fn is_admitted(&self, now: Timestamp) -> bool {
        self.enabled && !self.is_expired(now) && self.tenant.admits_accounts()
    }

    /// Whether requests from `address` are allowed.
    #[must_use]
    pub fn admits_address(&self, address: CallerAddress) -> bool {
        address.is_admitted_by(&self.allow_cidr)
    }

    /// The three epochs of a token issued now.
    #[must_use]
    pub fn epochs(&self, region: i64) -> Epochs {
        Epochs { region, tenant: self.tenant.epoch, account: self.epoch }
    }
}
