//! Secrets as JSON, without their values.

use jeton_protocol::{ClientId, ScopeName};
use serde::Serialize;

use crate::request::UnusedSecretPosition;
use crate::value::{CallerAddress, CredentialId, CredentialState, TenantName, Timestamp};

/// A secret without its value.
#[derive(Debug, Clone, Serialize)]
pub struct SecretView {
    /// Its id.
    pub secret_id: CredentialId,
    /// The display name.
    pub label: Option<String>,
    /// As JSON: `live` for an active secret, `expired` or `revoked`.
    pub state: CredentialState,
    /// `generated` or `imported`.
    pub kind: &'static str,
    /// The hash algorithm: `argon2id`, or that of the previous server until the secret is first used here.
    pub hash: &'static str,
    /// Its last four characters; empty if the secret is short or only its hash is known.
    pub last_four: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// The scopes that its tokens may have; `None`: all scopes that the account is granted.
    pub scopes: Option<Vec<ScopeName>>,
    /// The networks it may be used from, in addition to the account's own list; empty: any.
    pub allow_cidr: Vec<String>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The address it was last used from.
    pub last_used_from: Option<CallerAddress>,
}

impl SecretView {
    /// The display text: the id, the last four characters and the label.
    #[must_use]
    pub fn title(&self) -> String {
        match &self.label {
            Some(label) => format!("{} (…{}, {label:?})", self.secret_id, self.last_four),
            None => format!("{} (…{})", self.secret_id, self.last_four),
        }
    }
}

/// The last secret of an account, which expires soon.
#[derive(Debug, Clone, Serialize)]
pub struct ExpiringSecretView {
    /// The client id of the account.
    pub client_id: ClientId,
    /// The name of the account.
    pub name: String,
    /// The tenant that owns the account.
    pub tenant: TenantName,
    /// The secret's id.
    pub secret_id: CredentialId,
    /// The display name.
    pub label: Option<String>,
    /// Its last four characters.
    pub last_four: String,
    /// When it expires.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// The address it was last used from.
    pub last_used_from: Option<CallerAddress>,
}

/// An active secret that was not used for some time.
#[derive(Debug, Clone, Serialize)]
pub struct UnusedSecretView {
    /// The client id of the account.
    pub client_id: ClientId,
    /// The name of the account.
    pub name: String,
    /// The tenant that owns the account.
    pub tenant: TenantName,
    /// The secret's id.
    pub secret_id: CredentialId,
    /// The display name.
    pub label: Option<String>,
    /// Its last four characters.
    pub last_four: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it expires.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute; `None`: never.
    pub last_used_at: Option<Timestamp>,
    /// The address it was last used from.
    pub last_used_from: Option<CallerAddress>,
}

/// A page of unused secrets.
#[derive(Debug, Clone, Serialize)]
pub struct UnusedSecretsView {
    /// The secrets, the one that was not used for the longest time first.
    pub secrets: Vec<UnusedSecretView>,
    /// Where the next page begins; `None` after the last page.
    pub next: Option<UnusedSecretPosition>,
}
