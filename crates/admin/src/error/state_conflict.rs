//! The operation conflicts with the current state.

use jeton_protocol::{ClientId, ResourceUri, ScopeName};
use thiserror::Error;

use super::{ErrorSubject, SubjectKind};
use crate::value::{AccountName, CredentialId, KeyKind, LastUse, TenantName, Timestamp};

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StateConflict {
    /// The name of an account has the form of a generated client id.
    #[error("the name {:?} has the form of a client id; choose a different name", .0.as_str())]
    NameLooksLikeAnId(AccountName),
    /// The name of an account is another account's id.
    #[error(
        "the name {:?} is the client id of another account, existing or deleted, and cannot be used as a name; choose a \
         different name",
        .0.as_str()
    )]
    NameIsAnId(AccountName),
    /// The client id is another account's name.
    #[error(
        "the client id {id} is the name of {}, and a client id cannot be a name; rename that account first",
        owner_in_words(owner.as_ref())
    )]
    IdIsAName {
        /// The client id.
        id: ClientId,
        /// The account with this name, if it is of this region.
        owner: Option<ClientId>,
    },
    /// Several accounts have this name.
    #[error("several accounts match {reference:?}; use the client id or TENANT/NAME: {}", matches.join(", "))]
    AmbiguousAccount {
        /// The text that names the account.
        reference: String,
        /// The accounts, each with client id, tenant and name.
        matches: Vec<String>,
    },
    /// The tenant may have no accounts.
    #[error("the tenant {:?} is not allowed to have service accounts", .0.as_str())]
    AccountsDenied(TenantName),
    /// The default tenant cannot be renamed or deleted.
    #[error(
        "the tenant {:?} cannot be renamed or deleted: it owns the accounts that are created without naming a tenant",
        .0.as_str()
    )]
    DefaultTenant(TenantName),
    /// Only a tenant without accounts is deleted.
    #[error("the tenant {:?} cannot be deleted: {}", tenant.as_str(), accounts_in_words(*in_region, *in_all_regions))]
    TenantNotEmpty {
        /// The tenant.
        tenant: TenantName,
        /// How many accounts it has in the region.
        in_region: u64,
        /// How many accounts it has in all regions.
        in_all_regions: u64,
    },
    /// Another tenant was renamed, and tokens with its old name may be valid.
    #[error(
        "the tenant {:?} had the name {:?}, which its unexpired tokens still have; choose a different name, or try \
         again after {free_at}",
        tenant.as_str(),
        name.as_str()
    )]
    NameInTokens {
        /// The name.
        name: TenantName,
        /// The tenant that had it.
        tenant: TenantName,
        /// When no valid token has the name.
        free_at: Timestamp,
    },
    /// Tokens of another tenant with this name were revoked after those of the tenant that would get the name.
    /// Verifiers that remember this would reject its tokens.
    #[error(
        "the name {:?} belonged to another tenant whose tokens were revoked later than those of {:?}, so that APIs that \
         follow the revocation feed could reject valid tokens; choose a different name",
        name.as_str(),
        tenant.as_str()
    )]
    NameWithLaterEpoch {
        /// The name.
        name: TenantName,
        /// The tenant that would get it.
        tenant: TenantName,
    },
    /// The default resource must be one that the account is granted.
    #[error("{0} cannot be the default resource: the account has no grant on it")]
    DefaultNotGranted(ResourceUri),
    /// A scope that would be removed is granted to an account.
    #[error("a scope to be removed from {0} is granted to an account")]
    ScopeInUse(ResourceUri),
    /// The resource is granted to an account.
    #[error("the resource {0} is granted to an account")]
    ResourceInUse(ResourceUri),
    /// A secret cannot be restricted to a scope that its account does not have.
    #[error("{account} is not granted {scope}, so its secrets cannot be restricted to it")]
    ScopeNotGranted {
        /// The account.
        account: ClientId,
        /// The scope.
        scope: ScopeName,
    },
    /// Only an account without an active secret is recovered.
    #[error("{account} has an active secret ({secret}), so it needs no recovery")]
    ActiveSecret {
        /// The account.
        account: ClientId,
        /// An active secret.
        secret: CredentialId,
    },
    /// The account is disabled.
    #[error("{0} is disabled, so a new secret would not work")]
    AccountDisabled(ClientId),
    /// The account has expired.
    #[error("{0} is expired, so a new secret would not work")]
    AccountExpired(ClientId),
    /// The account's tenant is disabled or may have no accounts.
    #[error(
        "the tenant {:?} of {account} is disabled or may have no accounts, so a new secret would not work",
        tenant.as_str()
    )]
    TenantBlocked {
        /// The account.
        account: ClientId,
        /// The tenant.
        tenant: TenantName,
    },
    /// The account has an imported secret, and may have only one.
    #[error("{0} already has an imported secret; revoke it first, or generate one")]
    ImportedSecret(ClientId),
    /// The account has as many active secrets as it may have.
    #[error("{account} already has two active secrets: {}", secrets.join(" and "))]
    TwoActiveSecrets {
        /// The account.
        account: ClientId,
        /// The display texts of the secrets.
        secrets: Vec<String>,
    },
    /// The secret was used so recently that it is probably still in use.
    #[error(
        "the secret {secret} of {account} is in use: last used at {} from {}; give the client at this address another \
         secret and wait ten minutes",
        last_use.at,
        last_use.from.in_words()
    )]
    SecretInUse {
        /// The account.
        account: ClientId,
        /// The display text of the secret.
        secret: String,
        /// Its last use.
        last_use: LastUse,
    },
    /// The account has no active secret, so no rotation can be finished.
    #[error("there is no rotation to finish: {0} has no active secret")]
    NoActiveSecret(ClientId),
    /// The account has one active secret, so no rotation can be finished.
    #[error("there is no rotation to finish: {0} has only one active secret")]
    OneActiveSecret(ClientId),
    /// Verifiers may not have the next key yet.
    #[error("the next {kind} key is not known to every verifier before {ready_at}")]
    NextKeyTooNew {
        /// The kind of the key.
        kind: KeyKind,
        /// When the next key may become active.
        ready_at: Timestamp,
    },
    /// Something that the request refers to was deleted in the meantime.
    #[error("a tenant, resource or scope of the request no longer exists")]
    ReferenceGone,
    /// Something that would be removed is still referred to.
    #[error("a resource, scope or name of the request is in use by an account")]
    InUse,
    /// Other writers were faster every time.
    #[error("other writers keep changing the same account, tenant, resource or key")]
    Busy,
}

impl StateConflict {
    pub(super) fn subject(&self) -> Option<ErrorSubject> {
        use SubjectKind::{Account, Key, Resource, Tenant};
        match self {
            Self::NameLooksLikeAnId(name) | Self::NameIsAnId(name) => ErrorSubject::new(Account, name),
            Self::IdIsAName { id: account, .. }
            | Self::ScopeNotGranted { account, .. }
            | Self::ActiveSecret { account, .. }
            | Self::AccountDisabled(account)
            | Self::AccountExpired(account)
            | Self::TenantBlocked { account, .. }
            | Self::ImportedSecret(account)
            | Self::TwoActiveSecrets { account, .. }
            | Self::SecretInUse { account, .. }
            | Self::NoActiveSecret(account)
            | Self::OneActiveSecret(account) => ErrorSubject::new(Account, account),
            Self::AmbiguousAccount { reference, .. } => ErrorSubject::new(Account, reference),
            Self::AccountsDenied(tenant)
            | Self::DefaultTenant(tenant)
            | Self::TenantNotEmpty { tenant, .. }
            | Self::NameInTokens { name: tenant, .. }
            | Self::NameWithLaterEpoch { name: tenant, .. } => ErrorSubject::new(Tenant, tenant),
            Self::DefaultNotGranted(uri) | Self::ScopeInUse(uri) | Self::ResourceInUse(uri) => {
                ErrorSubject::new(Resource, uri)
            }
            Self::NextKeyTooNew { kind, .. } => ErrorSubject::new(Key, kind),
            Self::ReferenceGone | Self::InUse | Self::Busy => None,
        }
    }
}

fn owner_in_words(owner: Option<&ClientId>) -> String {
    owner.map_or_else(|| "an account of another region".to_owned(), |owner| format!("the account {owner}"))
}

fn accounts_in_words(in_region: u64, in_all_regions: u64) -> String {
    let accounts = |count| if count == 1 { "1 account".to_owned() } else { format!("{count} accounts") };
    match (in_region, in_all_regions.saturating_sub(in_region)) {
        (own, 0) => format!("it has {}", accounts(own)),
        (0, others) => format!("it has {} in other regions", accounts(others)),
        (own, others) => format!("it has {}, and {others} in other regions", accounts(own)),
    }
}
