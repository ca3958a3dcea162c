//! One finding of `jeton secret check`, as a table row and as JSON.

use jeton_admin::value::CredentialState;
use jeton_admin::view::{Leak, SecretView};
use serde::Serialize;

/// A finding.
#[derive(Serialize)]
pub(super) struct FindingView {
    line: u64,
    finding: FindingKind,
    client_id: Option<String>,
    name: Option<String>,
    tenant: Option<String>,
    secret: Option<SecretView>,
    /// The command to run now.
    command: Option<String>,
    #[serde(skip)]
    pub(super) is_dangerous: bool,
}

/// What was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum FindingKind {
    Secret,
    Unknown,
    Broken,
    AccessToken,
    MasterKey,
}

impl FindingView {
    pub(super) const HEADER: [&str; 7] =
        ["LINE", "WHAT", "CLIENT ID", "NAME", "TENANT", "SECRET ID", "LABEL"];

    /// `None` for text that only looks like a Jeton secret.
    pub(super) fn new(line: u64, leak: &Leak) -> Option<Self> {
        let of = |finding| Self {
            line,
            finding,
            client_id: None,
            name: None,
            tenant: None,
            secret: None,
            command: None,
            is_dangerous: false,
        };
        Some(match leak {
            Leak::Foreign => return None,
            Leak::AccessToken => {
                Self { command: Some("jeton token introspect".to_owned()), ..of(FindingKind::AccessToken) }
            }
            Leak::MasterKey { in_use } => Self { is_dangerous: *in_use, ..of(FindingKind::MasterKey) },
            Leak::Broken => of(FindingKind::Broken),
            Leak::Unknown => of(FindingKind::Unknown),
            Leak::Known(found) => {
                let account = &found.account;
                let is_active = found.secret.state == CredentialState::Active;
                Self {
                    client_id: Some(account.client_id.to_string()),
                    name: Some(account.name.clone()),
                    tenant: Some(account.tenant.to_string()),
                    secret: Some(found.secret.clone()),
                    command: is_active.then(|| format!("jeton panic {}", account.client_id)),
                    is_dangerous: is_active,
                    ..of(FindingKind::Secret)
                }
            }
        })
    }

    /// Whether it has the form of a secret or master key that this region does not know.
    pub(super) fn is_unresolved(&self) -> bool {
        match self.finding {
            FindingKind::Unknown | FindingKind::Broken => true,
            FindingKind::MasterKey => !self.is_dangerous,
            FindingKind::Secret | FindingKind::AccessToken => false,
        }
    }

    pub(super) fn row(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let secret = self.secret.as_ref();
        vec![
            self.line.to_string(),
            self.explained(),
            text(&self.client_id),
            text(&self.name),
            text(&self.tenant),
            secret.map(|secret| secret.secret_id.to_string()).unwrap_or_default(),
            secret.and_then(|secret| secret.label.clone()).unwrap_or_default(),
        ]
    }

    fn explained(&self) -> String {
        let words = match self.finding {
            FindingKind::Secret => {
                let state = self.secret.as_ref().map_or("", |secret| super::state(secret.state));
                return format!("{state} secret");
            }
            FindingKind::Unknown => "secret, unknown in this region",
            FindingKind::Broken => "mistyped or truncated",
            FindingKind::AccessToken => "access token",
            FindingKind::MasterKey if self.is_dangerous => "master key of this region",
            FindingKind::MasterKey => "master key, not of this region",
        };
        words.to_owned()
    }

    pub(super) fn advice(&self) -> Option<String> {
        let line = self.line;
        match (self.finding, &self.command) {
            (FindingKind::Secret, Some(command)) => Some(format!(
                "Line {line} has an active secret; revoke all secrets and tokens of its account with `{command}`."
            )),
            (FindingKind::AccessToken, Some(command)) => {
                Some(format!("Line {line} may have an active token; `{command}` shows its account."))
            }
            (FindingKind::MasterKey, _) if self.is_dangerous => Some(format!(
                "Line {line} has the master key, which decrypts every key of the region; see docs/leak-response.md."
            )),
            _ => None,
        }
    }
}
