//! The values of the methods of [`AccountStore`](super::AccountStore) that record and list the uses of secrets, and
//! list those that expire.

use jeton_admin::request::UnusedSecretPosition;
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

/// An active secret that was not used for some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedSecret {
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
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// When and from where it was last used; `None`: never.
    pub last_used: Option<LastUse>,
}

/// A page of unused secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusedSecrets {
    /// The secrets.
    pub secrets: Vec<UnusedSecret>,
    /// Where the next page begins; `None` after the last page.
    pub next: Option<UnusedSecretPosition>,
}
