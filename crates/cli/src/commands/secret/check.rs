//! `jeton secret check`

use clap::Args;
use jeton_core::admin::Leak;
use jeton_core::admin::view::SecretView;
use jeton_core::model::Timestamp;
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
                let view = LineView::new(number, &leak, opened.administrator.now());
                danger |= view.is_dangerous;
                page.push(view);
            }
            if is_over || page.len() == PAGE {
                listing.page(&page, LineView::row)?;
                if self.output.format == Format::Table {
                    page.iter().filter_map(LineView::advice).for_each(|advice| output::say(&advice));
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

/// What is said of a line.
#[derive(Default, Serialize)]
struct LineView {
    line: u64,
    finding: Finding,
    client_id: Option<String>,
    name: Option<String>,
    tenant: Option<String>,
    secret: Option<SecretView>,
    /// What to do now.
    command: Option<String>,
    #[serde(skip)]
    is_dangerous: bool,
}

/// What a line is.
#[derive(Debug, Clone, Copy, Default, Serialize)]
#[serde(rename_all = "snake_case")]
enum Finding {
    Secret,
    Unknown,
    Broken,
    AccessToken,
    MasterKey,
    #[default]
    Foreign,
}

impl LineView {
    fn new(line: u64, leak: &Leak, now: Timestamp) -> Self {
        let of = |finding| Self { line, finding, ..Self::default() };
        match leak {
            Leak::Foreign => of(Finding::Foreign),
            Leak::AccessToken => {
                Self { command: Some("jeton token introspect".to_owned()), ..of(Finding::AccessToken) }
            }
            Leak::MasterKey { in_use } => Self { is_dangerous: *in_use, ..of(Finding::MasterKey) },
            Leak::Broken => of(Finding::Broken),
            Leak::Unknown => of(Finding::Unknown),
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
                    ..of(Finding::Secret)
                }
            }
        }
    }

    fn row(&self) -> Vec<String> {
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
            Finding::Broken => "mistyped or cut: no secret",
            Finding::AccessToken => "an access token, no secret",
            Finding::MasterKey if self.is_dangerous => "the master key of this region",
            Finding::MasterKey => "a master key, not of this region",
            Finding::Foreign => "not made by Jeton",
        };
        words.to_owned()
    }

    fn advice(&self) -> Option<String> {
        let line = self.line;
        match (self.finding, &self.command) {
            (Finding::Secret, Some(command)) => {
                Some(format!("Line {line} is a live secret; take everything back with `{command}`."))
            }
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

const HEADER: [&str; 7] = ["LINE", "WHAT", "CLIENT ID", "NAME", "TENANT", "SECRET ID", "LABEL"];

const PAGE: usize = 200;
