//! `jeton account recover ID`

use clap::Args;

use crate::commands::secret::NewSecretArgs;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::secret_output::SecretOutput;

/// Create a new secret for an account without an active one, for example after `jeton panic`
#[derive(Debug, Args)]
#[command(
    after_help = "Fails with exit code 4 if the account has an active secret, is disabled or expired, or is blocked by \
    its tenant. Revoked tokens stay revoked.\n\
    The secret is output only once: at a terminal, or with --format json, --for or --secret-file.\n\n\
    Example:\n  jeton account recover fin --for intercom"
)]
pub(crate) struct Recover {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    options: NewSecretArgs,
    #[command(flatten)]
    secret_output: SecretOutput,
}

impl Recover {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let account = context.administration().find_account(context.by(), &self.id).await?;
        let delivery = self.secret_output.prepare(!account.grants.is_empty())?;
        let id = account.client_id.as_str();
        let made = context.administration().recover_account(context.by(), id, self.options.terms()).await?;
        delivery.deliver(&made, &context.config)?;
        output::say(&format!("The old tokens of {id} stay revoked; use the new secret to get new tokens."));
        Ok(())
    }
}
