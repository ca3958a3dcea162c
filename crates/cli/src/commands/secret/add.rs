//! `jeton secret add ID`

use clap::Args;
use jeton_admin::request::SecretToImport;
use jeton_protocol::PresentedSecret;

use super::new_secret::NewSecretArgs;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::imported_secret::if_digest_shaped;
use crate::input::secret_input;
use crate::open::AdminContext;
use crate::print::secret_output::SecretOutput;

/// Add a second secret; both work until one is revoked or expires
#[derive(Debug, Args)]
#[command(
    after_help = "The secret is output only once: at a terminal, or with --format json, --for or --secret-file.\n\n\
    Examples:\n  jeton secret add fin --label 'spare' --for intercom\n  \
    jeton secret add fin --label 'reports' --scope read:me \\\n    \
    --allow-cidr 192.0.2.0/24 --for env\n  \
    jeton secret add imported-client --stdin < old-secret.txt"
)]
pub(crate) struct Add {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    options: NewSecretArgs,
    /// Import an existing secret from stdin or a hidden prompt: 16 to 512 visible ASCII characters
    #[arg(long)]
    stdin: bool,
    /// Accept a text that looks like a digest, such as 64 hexadecimal digits, as the secret itself
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
        let context = AdminContext::open(globals).await?;
        let account = context.administration().find_account(context.by(), &self.id).await?;
        let delivery = self.secret_output.prepare(!account.grants.is_empty())?;
        let id = account.client_id.as_str();
        let made = context.administration().add_secret(context.by(), id, self.options.terms()).await?;
        delivery.deliver(&made, &context.config)
    }

    async fn import(self, globals: &Globals) -> Result<(), Failure> {
        let output = self.secret_output.without_secret()?;
        let context = AdminContext::open(globals).await?;
        let account = context.administration().find_account(context.by(), &self.id).await?;
        let mut text = secret_input::read("client secret")?;
        let text = PresentedSecret::new(std::mem::take(&mut *text));
        let secret = SecretToImport { text, if_digest: if_digest_shaped(self.clear) };
        let (id, terms) = (account.client_id.as_str(), self.options.terms());
        let made = context.administration().import_secret(context.by(), id, secret, terms).await?;
        output.show(&made.secret, &super::fields(&made.secret))
    }
}
