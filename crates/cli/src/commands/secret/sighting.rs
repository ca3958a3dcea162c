//! What `jeton secret check` says of one thing that it found, for people and for programs.

use jeton_core::admin::Leak;
use jeton_core::admin::view::SecretView;
use jeton_core::model::Timestamp;
use serde::Serialize;

/// What is said of a sighting.
#[derive(Serialize)]
pub(super) struct SightingView {
    line: u64,
    finding: Finding,
    client_id: Option<String>,
    name: Option<String>,
    tenant: Option<String>,
    secret: Option<SecretView>,
    /// What to do now.
    command: Option<String>,
    #[serde(skip)]
    pub(super) is_dangerous: bool,
}

/// What it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Finding {
    Secret,
    Unknown,
    Broken,
    AccessToken,
    MasterKey,
}

impl SightingView {
    pub(super) const HEADER: [&str; 7] =
        ["LINE", "WHAT", "CLIENT ID", "NAME", "TENANT", "SECRET ID", "LABEL"];

    /// None for a text that is not of ours.
    pub(super) fn new(line: u64, leak: &Leak, now: Timestamp) -> Option<Self> {
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
                Self { command: Some("jeton token introspect".to_owned()), ..of(Finding::AccessToken) }
            }
            Leak::MasterKey { in_use } => Self { is_dangerous: *in_use, ..of(Finding::MasterKey) },
            Leak::Broken => of(Finding::Broken),
            Leak::Unknown => of(Finding::Unknown),
            Leak::Known(found) => {
                let (account, credential) = &**found;
                let is_active = credential.is_active(now);
                Self {
                    client_id: Some(account.client_id.to_string()),
                    name: Some(account.name.to_string()),
                    tenant: Some(account.tenant.name.to_string()),
                    secret: Some(SecretView::new(credential, now)),
                    command: is_active.then(|| format!("jeton panic {}", account.client_id)),
                    is_dangerous: is_active,
                    ..of(Finding::Secret)
                }
            }
        })
    }

    /// It has a form of ours, and what it is was not found out.
    pub(super) fn is_unresolved(&self) -> bool {
        match self.finding {
            Finding::Unknown | Finding::Broken => true,
            Finding::MasterKey => !self.is_dangerous,
            Finding::Secret | Finding::AccessToken => false,
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
            Finding::Secret => {
                let state = self.secret.as_ref().map_or("", |secret| secret.state.as_str());
                return format!("{state} secret");
            }
            Finding::Unknown => "a secret, unknown in this region",
            Finding::Broken => "mistyped or cut",
            Finding::AccessToken => "an access token, no secret",
            Finding::MasterKey if self.is_dangerous => "the master key of this region",
            Finding::MasterKey => "a master key, not of this region",
        };
        words.to_owned()
    }

    pub(super) fn advice(&self) -> Option<String> {
        let line = self.line;
        match (self.finding, &self.command) {
            (Finding::Secret, Some(command)) => Some(format!(
                "Line {line} is a live secret; revoke all secrets and tokens of its account with `{command}`."
            )),
            (Finding::AccessToken, Some(command)) => {
                Some(format!("Line {line} may be a live token; `{command}` says whose."))
            }
            (Finding::MasterKey, _) if self.is_dangerous => Some(format!(
                "Line {line} opens every key of the region; docs/leak-response.md says what to do."
            )),
            _ => None,
        }
    }
}
