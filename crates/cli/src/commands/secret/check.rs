//! `jeton secret check`

use clap::Args;
use jeton_core::admin::Leak;
use jeton_core::admin::view::SecretView;
use jeton_core::model::{CredentialState, Timestamp};
use serde::Serialize;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::{self, Format, Listing, OutputArgs};
use crate::secret_input::SecretLines;

/// Tell whether leaked strings are live secrets, and whose
#[derive(Debug, Args)]
#[command(
    after_help = "Reads strings from stdin, one a line, and says of each what it is by the number of its line; the string \
    itself is never printed. At a terminal it asks for one, hidden.\n\
    Exit code 0: no line is a live secret; 1: at least one is, or is the master key of this region.\n\
    A secret that was brought along from elsewhere cannot be looked up.\n\n\
    Example:\n  jeton secret check --stdin < found-by-the-scanner.txt"
)]
pub(crate) struct Check {
    /// Read stdin, one string a line, also where it is a terminal
    #[arg(long)]
    stdin: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Check {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let mut lines = SecretLines::open("leaked string", self.stdin)?;
        let mut listing = Listing::new(self.output.format, &HEADER);
        let mut danger = false;
        let mut page = Vec::new();
        loop {
            let next = lines.next()?;
            let is_over = next.is_none();
            if let Some((number, text)) = next {
                let leak = opened.administrator.check_leak(&text).await?;
                let finding = Finding::new(number, &leak, opened.administrator.now());
                danger |= finding.is_dangerous;
                page.push(finding);
            }
            if is_over || page.len() == PAGE {
                listing.page(&page, Finding::row)?;
                if self.output.format == Format::Table {
                    page.iter().filter_map(Finding::advice).for_each(|advice| output::say(&advice));
                }
                page.clear();
            }
            if is_over {
                break;
            }
        }
        listing.end()?;
        if danger { Err(Failure::Silent { exit_code: 1 }) } else { Ok(()) }
    }
}

/// What a line is.
#[derive(Default, Serialize)]
struct Finding {
    line: u64,
    finding: &'static str,
    client_id: Option<String>,
    name: Option<String>,
    tenant: Option<String>,
    secret: Option<SecretView>,
    /// What to do now.
    command: Option<String>,
    #[serde(skip)]
    is_dangerous: bool,
}

impl Finding {
    fn new(line: u64, leak: &Leak, now: Timestamp) -> Self {
        let of = |finding| Self { line, finding, ..Self::default() };
        match leak {
            Leak::Foreign => of("foreign"),
            Leak::AccessToken => {
                Self { command: Some("jeton token introspect".to_owned()), ..of("access_token") }
            }
            Leak::MasterKey { in_use } => Self { is_dangerous: *in_use, ..of("master_key") },
            Leak::Broken => of("broken"),
            Leak::Unknown => of("unknown"),
            Leak::Known(found) => {
                let (account, credential) = &**found;
                let is_live = credential.is_live(now);
                Self {
                    client_id: Some(account.client_id.to_string()),
                    name: Some(account.name.to_string()),
                    tenant: Some(account.tenant.name.to_string()),
                    secret: Some(SecretView::new(credential, now)),
                    command: is_live.then(|| format!("jeton panic {}", account.client_id)),
                    is_dangerous: is_live,
                    ..of("secret")
                }
            }
        }
    }

    fn row(&self) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let secret = self.secret.as_ref();
        vec![
            self.line.to_string(),
            self.explained().to_owned(),
            text(&self.client_id),
            text(&self.name),
            text(&self.tenant),
            secret.map(|secret| secret.secret_id.to_string()).unwrap_or_default(),
            secret.and_then(|secret| secret.label.clone()).unwrap_or_default(),
        ]
    }

    fn explained(&self) -> &'static str {
        match (self.finding, self.secret.as_ref().map(|secret| secret.state)) {
            (_, Some(CredentialState::Live)) => "a live secret",
            (_, Some(CredentialState::Expired)) => "an expired secret",
            (_, Some(CredentialState::Revoked)) => "a revoked secret",
            ("access_token", None) => "an access token, no secret",
            ("master_key", None) if self.is_dangerous => "the master key of this region",
            ("master_key", None) => "a master key, not of this region",
            ("broken", None) => "mistyped or cut: no secret",
            ("unknown", None) => "a secret, unknown in this region",
            (_, None) => "not made by Jeton",
        }
    }

    fn advice(&self) -> Option<String> {
        match (self.finding, &self.command) {
            ("secret", Some(command)) => {
                Some(format!("Line {} is a live secret; take everything back with `{command}`.", self.line))
            }
            ("access_token", Some(command)) => {
                Some(format!("Line {} may be a live token; `{command}` says whose.", self.line))
            }
            ("master_key", _) if self.is_dangerous => Some(format!(
                "Line {} opens every signing key of the region; docs/leak-response.md says what to do.",
                self.line
            )),
            _ => None,
        }
    }
}

const HEADER: [&str; 7] = ["LINE", "WHAT", "CLIENT ID", "NAME", "TENANT", "SECRET ID", "LABEL"];

const PAGE: usize = 200;
