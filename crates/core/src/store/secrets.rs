//! When and from where secrets were last used, and which of them end soon.

use jeton_protocol::ClientId;

use crate::model::{AccountName, CredentialId, LastUse, TenantName, Timestamp};

/// The last use of a secret that a node knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretUse {
    /// Whose secret.
    pub client_id: ClientId,
    /// Which one.
    pub credential: CredentialId,
    /// When and from where.
    pub last_use: LastUse,
}

/// The last secret that an account has, and when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiringSecret {
    /// Whose secret.
    pub client_id: ClientId,
    /// What the account is called.
    pub name: AccountName,
    /// Whose account it is.
    pub tenant: TenantName,
    /// Which secret.
    pub credential: CredentialId,
    /// What the secret is called.
    pub label: Option<String>,
    /// Its last four characters.
    pub last_four: String,
    /// From this second on the account has no secret any more.
    pub expires_at: Timestamp,
    /// When and from where it was last used.
    pub last_used: Option<LastUse>,
}

/// Which ending secrets to list.
#[derive(Debug, Clone)]
pub struct ExpiringSecretPage {
    /// By this time secrets and accounts are judged.
    pub now: Timestamp,
    /// Only those that end at this second or before.
    pub until: Timestamp,
    /// Only those after this one, in the order of their ends.
    pub after: Option<(Timestamp, CredentialId)>,
    /// At most this many.
    pub limit: u32,
}
