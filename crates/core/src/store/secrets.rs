//! The values of [`AccountStore::record_uses`](super::AccountStore::record_uses) and
//! [`AccountStore::list_expiring_secrets`](super::AccountStore::list_expiring_secrets).

use jeton_protocol::ClientId;

use crate::model::{AccountName, CredentialId, LastUse, TenantName, Timestamp};

/// The last use of a secret that a node has seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretUse {
    /// The client id of the account.
    pub client_id: ClientId,
    /// The id of the secret.
    pub credential: CredentialId,
    /// When and from where.
    pub last_use: LastUse,
}

/// The last active secret of an account, and when it expires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiringSecret {
    /// The client id of the account.
    pub client_id: ClientId,
    /// The name of the account.
    pub name: AccountName,
    /// The tenant that owns the account.
    pub tenant: TenantName,
    /// The id of the secret.
    pub credential: CredentialId,
    /// The label of the secret.
    pub label: Option<String>,
    /// Its last four characters.
    pub last_four: String,
    /// The secret expires at this second. From then on the account has no active secret.
    pub expires_at: Timestamp,
    /// When and from where it was last used.
    pub last_used: Option<LastUse>,
}
