//! `jeton secret add ID`

use clap::Args;
use jeton_core::ImportedSecret;
use jeton_core::admin::{SecretSource, view::SecretView};
use jeton_protocol::PresentedSecret;

use super::terms::TermsArgs;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::imported_secret::{if_digest_shaped, refused};
use crate::open::Opened;
use crate::secret_input;
use crate::secret_output::SecretOutput;

/// Add a second secret; both live until one is revoked or ends
#[derive(Debug, Args)]
#[command(
    after_help = "The secret is shown once: on a terminal, with --format json, with --for, or into --secret-file.\n\n\
    Examples:\n  jeton secret add fin --label 'spare' --for intercom\n  \
    jeton secret add fin --label 'reports' --scope read:me \\\n    \
    --allow-cidr 192.0.2.0/24 --for env\n  \
    jeton secret add imported-client --stdin < old-secret.txt"
)]
pub(crate) struct Add {
    /// The account's client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    terms: TermsArgs,
    /// Take a secret that exists already, from stdin or a hidden prompt: 16 to 512 visible ASCII characters
    #[arg(long)]
    stdin: bool,
    /// Take a text that looks like a digest, such as 64 hexadecimal digits, as the secret itself
    #[arg(long, requires = "stdin")]
    clear: bool,
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
        let (id, source) = (account.client_id.as_str(), SecretSource::Generate);
        let made = opened.administrator.add_secret(id, source, self.terms.terms()).await?;
        delivery.deliver(&made, &opened.config)
    }

    async fn import(self, globals: &Globals) -> Result<(), Failure> {
        let output = self.secret_output.without_secret()?;
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.find_account(&self.id).await?;
        let mut text = secret_input::read("client secret")?;
        let text = PresentedSecret::new(std::mem::take(&mut *text));
        let imported = ImportedSecret::parse(text, if_digest_shaped(self.clear));
        let imported = imported.map_err(|unusable| refused(&unusable))?;
        let (id, source) = (account.client_id.as_str(), SecretSource::Import(&imported));
        let made = opened.administrator.add_secret(id, source, self.terms.terms()).await?;
        let view = SecretView::new(&made.credential, opened.administrator.now());
        output.show(&view, &super::fields(&view))
    }
}
