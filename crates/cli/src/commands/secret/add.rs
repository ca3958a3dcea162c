//! `jeton secret add ID`

use std::time::Duration;

use clap::Args;
use jeton_core::admin::{SecretSource, view::SecretView};
use jeton_protocol::PresentedSecret;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::secret_input;
use crate::secret_output::SecretOutput;
use crate::values;

/// Add a second secret; both live until one is revoked or ends
#[derive(Debug, Args)]
#[command(
    after_help = "The secret is shown once: on a terminal, with --format json, with --for, or into --secret-file.\n\n\
    Examples:\n  jeton secret add fin --label 'spare' --for intercom\n  \
    jeton secret add imported-client --stdin < old-secret.txt"
)]
pub(crate) struct Add {
    /// The account's client id, or its name where only one has it
    id: String,
    /// What people call the secret
    #[arg(long, value_parser = values::label)]
    label: Option<String>,
    /// When it ends, counted from now [default: never]
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    expires_in: Option<Duration>,
    /// Take a secret that exists already, from stdin or a hidden prompt: 16 to 512 visible ASCII characters
    #[arg(long)]
    stdin: bool,
    #[command(flatten)]
    secret_output: SecretOutput,
}

impl Add {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        if self.stdin { self.import(globals).await } else { self.generate(globals).await }
    }

    async fn generate(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.find_account(&self.id).await?;
        let delivery = self.secret_output.prepare(!account.grants.is_empty())?;
        let (label, id) = (named(self.label), account.client_id.as_str());
        let source = SecretSource::Generate;
        let made = opened.administrator.add_secret(id, source, label, self.expires_in).await?;
        delivery.deliver(&made, &opened.config)
    }

    async fn import(self, globals: &Globals) -> Result<(), Failure> {
        let output = self.secret_output.without_secret()?;
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.find_account(&self.id).await?;
        let mut text = secret_input::read("client secret")?;
        let brought = PresentedSecret::new(std::mem::take(&mut *text));
        let (label, id) = (named(self.label), account.client_id.as_str());
        let source = SecretSource::Import(&brought);
        let made = opened.administrator.add_secret(id, source, label, self.expires_in).await?;
        let view = SecretView::new(&made.credential, opened.administrator.now());
        output.show(&view, &super::fields(&view))
    }
}

/// An empty label is none.
pub(super) fn named(label: Option<String>) -> Option<String> {
    label.filter(|label| !label.is_empty())
}
