//! Service accounts: confidential OAuth clients (RFC 6749 §2.1), with what they may ask for.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use jeton_protocol::{ClientId, Epochs, ResourceUri, Scope};
use serde::Serialize;

use super::restriction::admits;
use super::{
    CallerAddress, Credential, CredentialId, InvalidName, SecretKind, SecretLookup, Tenant, Timestamp,
    check_name,
};

/// What people call an account; unique within its tenant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AccountName(String);

impl AccountName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AccountName {
    type Err = InvalidName;

    fn from_str(value: &str) -> Result<Self, InvalidName> {
        check_name("the account name", value).map(Self)
    }
}

impl fmt::Display for AccountName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A service account with its tenant, grants and credentials: what one request needs, in one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The OAuth `client_id`.
    pub client_id: ClientId,
    /// What people call it.
    pub name: AccountName,
    /// The customer that owns it, as it was when the account was read.
    pub tenant: Tenant,
    /// A disabled account is refused and its tokens are inactive.
    pub enabled: bool,
    /// Tokens minted under a lower epoch are dead.
    pub epoch: i64,
    /// Its own token lifetime, before the resource's and the default.
    pub token_ttl: Option<Duration>,
    /// From this second on the account is refused.
    pub expires_at: Option<Timestamp>,
    /// Where it may call from; empty: from anywhere.
    pub allow_cidr: Vec<IpNet>,
    /// The resource meant when a request names none.
    pub default_resource: Option<ResourceUri>,
    /// Which scopes of which resource it may ask for.
    pub grants: BTreeMap<ResourceUri, Scope>,
    /// Whose tokens it may introspect (RFC 7662).
    pub introspects: BTreeSet<ResourceUri>,
    /// Its secrets, oldest first, with the revoked and expired ones.
    pub credentials: Vec<Credential>,
    /// When it was created.
    pub created_at: Timestamp,
    /// Counts the writes; a writer that read an older one is refused.
    pub version: i64,
}

impl Account {
    /// The credential whose lookup this is, in whatever state.
    #[must_use]
    pub fn generated_credential(&self, lookup: &SecretLookup) -> Option<&Credential> {
        self.credentials.iter().find(|credential| match &credential.kind {
            SecretKind::Generated(own) => own == lookup,
            SecretKind::Imported => false,
        })
    }

    /// The secret that was brought along and still authenticates at `now`; there is at most one.
    #[must_use]
    pub fn imported_credential(&self, now: Timestamp) -> Option<&Credential> {
        self.credentials
            .iter()
            .find(|credential| credential.kind == SecretKind::Imported && credential.is_live(now))
    }

    /// The credential of this id.
    #[must_use]
    pub fn credential(&self, id: &CredentialId) -> Option<&Credential> {
        self.credentials.iter().find(|credential| &credential.id == id)
    }

    /// The credentials that authenticate at `now`.
    pub fn live_credentials(&self, now: Timestamp) -> impl Iterator<Item = &Credential> {
        self.credentials.iter().filter(move |credential| credential.is_live(now))
    }

    /// Whether the account's time is over at `now`.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether account and tenant let tokens be made and used at `now`.
    #[must_use]
    pub fn is_admitted(&self, now: Timestamp) -> bool {
        self.enabled && !self.is_expired(now) && self.tenant.admits_accounts()
    }

    /// Whether a call may come from `address`.
    #[must_use]
    pub fn admits_address(&self, address: CallerAddress) -> bool {
        admits(&self.allow_cidr, address)
    }

    /// The three epochs a token minted now carries.
    #[must_use]
    pub fn epochs(&self, region: i64) -> Epochs {
        Epochs { region, tenant: self.tenant.epoch, account: self.epoch }
    }
}
